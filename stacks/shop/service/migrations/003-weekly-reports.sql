CREATE TABLE weekly_reports (
    week          date PRIMARY KEY, -- its Monday
    orders        integer NOT NULL,
    items         integer NOT NULL,
    revenue_cents bigint NOT NULL,
    written_at    timestamptz NOT NULL DEFAULT now()
);
