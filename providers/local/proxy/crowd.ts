/** Who can be in a crowd: its place there, kept by the crowd; -1 when it is in none. */
export interface Member {
    place: number;
}

/**
 * Those who come and go with every request, in no order. A Set will not do: whenever its table is made anew, V8 lets the
 * old one point to the new one, so that tables that grew old keep alive all those that were in younger ones, and the
 * collector of young objects copies each of them.
 */
export class Crowd<M extends Member> implements Iterable<M> {
    private readonly members: M[] = [];

    enter(member: M): void {
        member.place = this.members.push(member) - 1;
    }

    /** @returns False when it is not there. */
    leave(member: M): boolean {
        const { place } = member;
        if (this.members[place] !== member) return false;
        const last = this.members.pop();
        if (last !== undefined && last !== member) {
            this.members[place] = last;
            last.place = place;
        }
        member.place = -1;
        return true;
    }

    [Symbol.iterator](): Iterator<M> {
        return this.members[Symbol.iterator]();
    }
}
