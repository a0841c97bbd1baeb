-- One mail of a kind per order: a message that is delivered twice finds its row and does nothing.
CREATE TABLE mails (
    order_id uuid NOT NULL REFERENCES orders (id),
    kind     text NOT NULL,
    sent_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (order_id, kind)
);
