import type { Delivery } from "./driver.js";

const BINARY = "application/octet-stream";

/** What queue.receive gives. */
export interface Row {
    readonly id: string;
    readonly receipt: string;
    readonly body: string;
    readonly content_type: string;
    readonly group_id: string | null;
    readonly deliveries: number;
    readonly sent_at: Date;
    readonly visibility_seconds: number;
}

/** Bytes travel as base64 text. */
export function deliveryOf(row: Row): Delivery {
    return {
        id: row.id,
        receipt: row.receipt,
        body: row.content_type === BINARY ? Buffer.from(row.body, "base64") : row.body,
        contentType: row.content_type,
        ...(row.group_id === null ? {} : { groupId: row.group_id }),
        deliveryCount: row.deliveries,
        sentAt: row.sent_at,
        visibilitySeconds: row.visibility_seconds,
    };
}
