CREATE TABLE orders (
    id             uuid PRIMARY KEY,
    item           text NOT NULL,
    quantity       integer NOT NULL CHECK (quantity > 0),
    email          text NOT NULL,
    total_cents    integer NOT NULL CHECK (total_cents >= 0),
    status         text NOT NULL DEFAULT 'placed' CHECK (status IN ('placed', 'confirmed')),
    placed_at      timestamptz NOT NULL DEFAULT now(),
    confirmed_at   timestamptz,
    -- Null: the confirmation mail is still to be queued (see outbox.js).
    mail_queued_at timestamptz
);

CREATE INDEX orders_by_time ON orders (placed_at DESC);
CREATE INDEX orders_without_mail ON orders (placed_at) WHERE mail_queued_at IS NULL;
