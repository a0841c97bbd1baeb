-- Queues in PostgreSQL: what SQS and Service Bus promise, as functions that any client can call.
-- Run as superuser in the database twelvefold_queues, in one transaction, again whenever this file changes.
--
-- Rule of locks, which keeps everything free of deadlocks: first the rows of messages that are at the head (a group's
-- first message, or any message of a plain queue), then the lock of their groups, then rows that are not at the head.

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['twelvefold_queue_owner', 'twelvefold_queue_sender', 'twelvefold_queue_receiver'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name) THEN
            EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', role_name);
        END IF;
    END LOOP;
END $$;

REVOKE ALL ON DATABASE twelvefold_queues FROM PUBLIC;
GRANT CONNECT ON DATABASE twelvefold_queues TO twelvefold_queue_sender, twelvefold_queue_receiver;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA IF NOT EXISTS queue AUTHORIZATION twelvefold_queue_owner;
GRANT USAGE ON SCHEMA queue TO twelvefold_queue_sender, twelvefold_queue_receiver;
SET LOCAL ROLE twelvefold_queue_owner;

CREATE TABLE IF NOT EXISTS queue.queue (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    -- Where messages go that were delivered max_deliveries times; null for a queue of dead letters.
    dead_letters integer REFERENCES queue.queue,
    fifo boolean NOT NULL,
    visibility_seconds integer NOT NULL,
    max_deliveries integer,
    retention_seconds integer NOT NULL,
    delay_seconds integer NOT NULL
);

CREATE TABLE IF NOT EXISTS queue.permission (
    role_name text NOT NULL,
    queue integer NOT NULL REFERENCES queue.queue ON DELETE CASCADE,
    permission text NOT NULL CHECK (permission IN ('send', 'receive')),
    PRIMARY KEY (role_name, queue, permission)
);

CREATE SEQUENCE IF NOT EXISTS queue.message_id CACHE 1;

-- No foreign keys below: checking one locks the row of the queue for every message. Dropping a queue ends its senders
-- before it deletes their messages.
CREATE TABLE IF NOT EXISTS queue.message (
    queue integer NOT NULL,
    id bigint NOT NULL DEFAULT pg_catalog.nextval('queue.message_id'),
    -- May be delivered once it is visible; false only behind another message of the same group.
    head boolean NOT NULL,
    visible_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    sent_at timestamptz NOT NULL,
    deliveries integer NOT NULL DEFAULT 0,
    -- Of the latest delivery; null when there was none or it was given back.
    receipt uuid,
    group_id text,
    content_type text NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (queue, id)
) WITH (
    -- Every message dies soon: clean often and without pauses.
    autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0.2, autovacuum_analyze_threshold = 5000
);

-- What receive walks.
CREATE INDEX IF NOT EXISTS message_ready ON queue.message (queue, visible_at, id) WHERE head;
-- Deliveries that nobody answered.
CREATE INDEX IF NOT EXISTS message_in_flight ON queue.message (visible_at) WHERE receipt IS NOT NULL;
CREATE INDEX IF NOT EXISTS message_group ON queue.message (queue, group_id, id) WHERE group_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS message_expiry ON queue.message (expires_at) WHERE head;

CREATE TABLE IF NOT EXISTS queue.deduplication (
    queue integer NOT NULL,
    deduplication_id text NOT NULL,
    message bigint NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (queue, deduplication_id)
);
CREATE INDEX IF NOT EXISTS deduplication_until ON queue.deduplication (until);

-- The queue of that name, if the role that logged in has the permission on it.
CREATE OR REPLACE FUNCTION queue.permitted(queue_name text, wanted text) RETURNS queue.queue
LANGUAGE plpgsql STABLE AS $$
DECLARE
    q queue.queue;
BEGIN
    SELECT found.* INTO q
    FROM queue.queue AS found
    JOIN queue.permission AS p ON p.queue = found.id AND p.permission = wanted AND p.role_name = session_user
    WHERE found.name = queue_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'role "%" has no permission to % on queue "%"', session_user, wanted, queue_name
            USING ERRCODE = 'insufficient_privilege',
            HINT = 'There is one role for each queue and right: use the URL of the binding that has this right.';
    END IF;
    RETURN q;
END $$;

CREATE OR REPLACE FUNCTION queue.channel_of(q queue.queue) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT 'queue_' || (q).id $$;

-- Called before anything is written that must be on disk when its transaction is answered: receive may have said in the
-- same transaction that this one need not be.
CREATE OR REPLACE FUNCTION queue.durably() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF pg_catalog.current_setting('synchronous_commit') = 'off' THEN
        SET LOCAL synchronous_commit TO DEFAULT;
    END IF;
END $$;

-- Locks groups until the transaction ends, always in the same order.
CREATE OR REPLACE FUNCTION queue.lock_groups(q queue.queue, groups text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    key integer;
BEGIN
    -- A transaction with one snapshot for all its statements could not see what the last holder of a lock did.
    IF pg_catalog.current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'FIFO queue "%" needs the isolation level read committed', (q).name
            USING ERRCODE = 'feature_not_supported';
    END IF;
    FOR key IN SELECT DISTINCT pg_catalog.hashtext(g) FROM pg_catalog.unnest(groups) AS g ORDER BY 1 LOOP
        PERFORM pg_catalog.pg_advisory_xact_lock((q).id, key);
    END LOOP;
END $$;

-- Puts the next message of each group at the head, after the one that was there has gone.
CREATE OR REPLACE FUNCTION queue.promote(q queue.queue, groups text[]) RETURNS void
LANGUAGE sql AS $$
    UPDATE queue.message AS m SET head = true
    FROM (SELECT DISTINCT g FROM pg_catalog.unnest(groups) AS g) AS wanted,
        LATERAL (
            SELECT n.id FROM queue.message AS n
            WHERE n.queue = (q).id AND n.group_id = wanted.g ORDER BY n.id LIMIT 1
        ) AS next
    WHERE m.queue = (q).id AND m.id = next.id AND NOT m.head
$$;

-- Removes messages that are too old, and moves those that were delivered too often to the dead letters.
-- The caller holds the locks of their rows.
CREATE OR REPLACE FUNCTION queue.discard(q queue.queue, ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    at timestamptz := pg_catalog.clock_timestamp();
    dead queue.queue;
    groups text[];
BEGIN
    IF q.fifo THEN
        SELECT pg_catalog.array_agg(m.group_id) INTO groups FROM queue.message AS m
        WHERE m.queue = q.id AND m.id = ANY (ids);
        PERFORM queue.lock_groups(q, groups);
    END IF;
    DELETE FROM queue.message AS m WHERE m.queue = q.id AND m.id = ANY (ids) AND m.expires_at <= at;
    IF q.dead_letters IS NOT NULL THEN
        SELECT * INTO dead FROM queue.queue AS d WHERE d.id = q.dead_letters;
        UPDATE queue.message AS m
        SET queue = dead.id, deliveries = 0, receipt = NULL, visible_at = at,
            expires_at = at + pg_catalog.make_interval(secs => dead.retention_seconds)
        WHERE m.queue = q.id AND m.id = ANY (ids) AND m.deliveries >= q.max_deliveries;
        IF FOUND THEN
            PERFORM pg_catalog.pg_notify(queue.channel_of(dead), '');
        END IF;
    END IF;
    IF q.fifo THEN
        PERFORM queue.promote(q, groups);
        PERFORM pg_catalog.pg_notify(queue.channel_of(q), '');
    END IF;
END $$;

-- What is wrong with a batch of messages, or null.
CREATE OR REPLACE FUNCTION queue.problem(q queue.queue, messages jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    item jsonb;
BEGIN
    IF pg_catalog.jsonb_typeof(messages) <> 'array' OR pg_catalog.jsonb_array_length(messages) > 1000 THEN
        RETURN 'messages must be a JSON array of at most 1000 objects';
    END IF;
    FOR item IN SELECT pg_catalog.jsonb_array_elements(messages) LOOP
        IF item ->> 'body' IS NULL THEN
            RETURN 'a message has no body';
        ELSIF pg_catalog.octet_length(item ->> 'body') > 262144 THEN
            RETURN pg_catalog.format('a body has %s bytes; at most 262144 (256 KiB) are allowed, as on SQS and Service Bus',
                pg_catalog.octet_length(item ->> 'body'));
        ELSIF (item ->> 'delaySeconds')::numeric NOT BETWEEN 0 AND 900 THEN
            RETURN pg_catalog.format('delaySeconds is %s; allowed is 0 to 900', item ->> 'delaySeconds');
        ELSIF q.fifo AND item ->> 'groupId' IS NULL THEN
            RETURN 'a message for a FIFO queue needs a groupId';
        ELSIF q.fifo AND (item ->> 'delaySeconds')::numeric > 0 THEN
            RETURN 'delaySeconds of one message would break the order of a FIFO queue; delay the whole queue instead';
        ELSIF NOT q.fifo AND (item ->> 'groupId' IS NOT NULL OR item ->> 'deduplicationId' IS NOT NULL) THEN
            RETURN 'groupId and deduplicationId have no effect on a queue that is not FIFO: leave them out, or make it FIFO';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION queue.send_fifo(q queue.queue, messages jsonb, at timestamptz) RETURNS SETOF bigint
LANGUAGE plpgsql AS $$
DECLARE
    item jsonb;
    message_id bigint;
    group_name text;
    key text;
BEGIN
    -- Numbers are given out under the lock, so that the order of numbers is the order of commits within a group.
    PERFORM queue.lock_groups(q, (SELECT pg_catalog.array_agg(e ->> 'groupId') FROM pg_catalog.jsonb_array_elements(messages) AS e));
    FOR item IN SELECT pg_catalog.jsonb_array_elements(messages) LOOP
        message_id := pg_catalog.nextval('queue.message_id');
        group_name := item ->> 'groupId';
        key := item ->> 'deduplicationId';
        IF key IS NOT NULL THEN
            INSERT INTO queue.deduplication AS d (queue, deduplication_id, message, until)
            VALUES (q.id, key, message_id, at + interval '5 minutes')
            ON CONFLICT (queue, deduplication_id) DO UPDATE SET message = excluded.message, until = excluded.until
            WHERE d.until <= at;
            IF NOT FOUND THEN
                RETURN QUERY SELECT d.message FROM queue.deduplication AS d
                WHERE d.queue = q.id AND d.deduplication_id = key;
                CONTINUE;
            END IF;
        END IF;
        INSERT INTO queue.message AS m (queue, id, head, visible_at, expires_at, sent_at, group_id, content_type, body)
        VALUES (
            q.id,
            message_id,
            NOT EXISTS (SELECT FROM queue.message AS other WHERE other.queue = q.id AND other.group_id = group_name),
            at + pg_catalog.make_interval(secs => q.delay_seconds),
            at + pg_catalog.make_interval(secs => q.retention_seconds),
            at,
            group_name,
            COALESCE(item ->> 'contentType', 'text/plain'),
            item ->> 'body'
        );
        RETURN NEXT message_id;
    END LOOP;
END $$;

-- ---- for senders ---------------------------------------------------------------------------------------------------

-- Messages: [{"body": text, "contentType"?, "delaySeconds"?, "groupId"?, "deduplicationId"?}]. Returns their numbers.
CREATE OR REPLACE FUNCTION queue.send_batch(queue_name text, messages jsonb) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    q queue.queue := queue.permitted(queue_name, 'send');
    at timestamptz := pg_catalog.clock_timestamp();
    wrong text := queue.problem(q, messages);
BEGIN
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'queue "%": %', queue_name, wrong USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM queue.durably();
    -- Transactions that notify commit one after another, each with an fsync of its own. Where a message has been waiting
    -- for a second nobody waits for one: each receiver looks again when it has finished.
    IF q.fifo OR NOT EXISTS (
        SELECT FROM queue.message AS m
        WHERE m.queue = q.id AND m.head AND m.visible_at <= at - pg_catalog.make_interval(secs => 1)
    ) THEN
        PERFORM pg_catalog.pg_notify(queue.channel_of(q), '');
    END IF;
    IF q.fifo THEN
        RETURN QUERY SELECT queue.send_fifo(q, messages, at);
        RETURN;
    END IF;
    RETURN QUERY INSERT INTO queue.message AS m (queue, head, visible_at, expires_at, sent_at, content_type, body)
    SELECT
        q.id,
        true,
        at + pg_catalog.make_interval(secs => COALESCE((e.item ->> 'delaySeconds')::double precision, q.delay_seconds)),
        at + pg_catalog.make_interval(secs => q.retention_seconds),
        at,
        COALESCE(e.item ->> 'contentType', 'text/plain'),
        e.item ->> 'body'
    FROM pg_catalog.jsonb_array_elements(messages) WITH ORDINALITY AS e (item, position)
    ORDER BY e.position
    RETURNING m.id;
END $$;

CREATE OR REPLACE FUNCTION queue.send(
    queue_name text,
    body text,
    delay_seconds double precision DEFAULT NULL,
    group_id text DEFAULT NULL,
    deduplication_id text DEFAULT NULL,
    content_type text DEFAULT 'text/plain'
) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM queue.send_batch(queue_name, pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object(
        'body', body, 'contentType', content_type, 'delaySeconds', delay_seconds,
        'groupId', group_id, 'deduplicationId', deduplication_id)))
$$;

-- ---- for receivers -------------------------------------------------------------------------------------------------

-- Delivers up to max_messages: they are hidden from everybody else until they are deleted or their time is over.
CREATE OR REPLACE FUNCTION queue.receive(
    queue_name text,
    max_messages integer DEFAULT 1,
    hidden_seconds double precision DEFAULT NULL
) RETURNS TABLE (
    id bigint, receipt text, body text, content_type text, group_id text,
    deliveries integer, sent_at timestamptz, visibility_seconds double precision
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    q queue.queue := queue.permitted(queue_name, 'receive');
    at timestamptz;
    hidden double precision := COALESCE(hidden_seconds, q.visibility_seconds);
    good bigint[];
    bad bigint[];
BEGIN
    IF max_messages NOT BETWEEN 1 AND 1000 OR hidden NOT BETWEEN 0 AND 43200 THEN
        RAISE EXCEPTION 'queue "%": allowed are 1 to 1000 messages and 0 to 43200 seconds; got % and %',
            queue_name, max_messages, hidden USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- A delivery that a crash of the server forgets is made again, which any receiver must bear; so it need not wait for
    -- the disk. Not so in a FIFO queue: the group would not be blocked any more. Nor where the transaction wrote before.
    IF NOT q.fifo AND pg_catalog.pg_current_xact_id_if_assigned() IS NULL THEN
        SET LOCAL synchronous_commit TO off;
    END IF;
    LOOP
        at := pg_catalog.clock_timestamp();
        SELECT pg_catalog.array_agg(c.id) FILTER (WHERE c.deliverable),
            pg_catalog.array_agg(c.id) FILTER (WHERE NOT c.deliverable)
        INTO good, bad
        FROM (
            SELECT m.id, m.expires_at > at AND m.deliveries < COALESCE(q.max_deliveries, 2147483647) AS deliverable
            FROM queue.message AS m
            WHERE m.queue = q.id AND m.head AND m.visible_at <= at
            ORDER BY m.visible_at, m.id
            LIMIT max_messages
            FOR UPDATE SKIP LOCKED
        ) AS c;
        IF bad IS NOT NULL THEN
            PERFORM queue.discard(q, bad);
        END IF;
        EXIT WHEN good IS NOT NULL OR bad IS NULL;
    END LOOP;
    IF good IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH delivered AS (
        UPDATE queue.message AS m
        SET deliveries = m.deliveries + 1, receipt = pg_catalog.gen_random_uuid(),
            visible_at = at + pg_catalog.make_interval(secs => hidden)
        WHERE m.queue = q.id AND m.id = ANY (good)
        RETURNING m.*
    )
    SELECT d.id, d.id || '.' || d.receipt, d.body, d.content_type, d.group_id, d.deliveries, d.sent_at, hidden
    FROM delivered AS d ORDER BY d.id;
END $$;

-- The messages that receipts stand for, each locked; a receipt of an earlier delivery stands for nothing.
CREATE OR REPLACE FUNCTION queue.locked(q queue.queue, receipts text[])
RETURNS TABLE (id bigint, receipt text, group_id text, deliveries integer, visible_at timestamptz)
LANGUAGE sql AS $$
    SELECT m.id, m.id || '.' || m.receipt, m.group_id, m.deliveries, m.visible_at
    FROM queue.message AS m
    JOIN (
        SELECT DISTINCT pg_catalog.split_part(r, '.', 1)::bigint AS id, pg_catalog.split_part(r, '.', 2)::uuid AS receipt
        FROM pg_catalog.unnest(receipts) AS r
    ) AS given ON m.id = given.id AND m.receipt = given.receipt
    WHERE m.queue = (q).id
    ORDER BY m.id
    FOR UPDATE OF m
$$;

-- Acknowledges. Returns the receipts that were still good.
CREATE OR REPLACE FUNCTION queue.delete(queue_name text, receipts text[]) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    q queue.queue := queue.permitted(queue_name, 'receive');
    ids bigint[];
    groups text[];
    accepted text[];
BEGIN
    PERFORM queue.durably();
    SELECT pg_catalog.array_agg(l.id), pg_catalog.array_agg(l.group_id), pg_catalog.array_agg(l.receipt)
    INTO ids, groups, accepted FROM queue.locked(q, receipts) AS l;
    IF ids IS NULL THEN
        RETURN;
    END IF;
    IF q.fifo THEN
        PERFORM queue.lock_groups(q, groups);
    END IF;
    DELETE FROM queue.message AS m WHERE m.queue = q.id AND m.id = ANY (ids);
    IF q.fifo THEN
        PERFORM queue.promote(q, groups);
        PERFORM pg_catalog.pg_notify(queue.channel_of(q), '');
    END IF;
    RETURN QUERY SELECT pg_catalog.unnest(accepted);
END $$;

-- Gives messages back, visible again after a delay. Returns the receipts that were still good.
CREATE OR REPLACE FUNCTION queue.release(queue_name text, receipts text[], delay_seconds double precision DEFAULT 0)
RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    q queue.queue := queue.permitted(queue_name, 'receive');
    again bigint[];
    spent bigint[];
    accepted text[];
BEGIN
    PERFORM queue.durably();
    SELECT pg_catalog.array_agg(l.id) FILTER (WHERE l.deliveries < COALESCE(q.max_deliveries, 2147483647)),
        pg_catalog.array_agg(l.id) FILTER (WHERE l.deliveries >= q.max_deliveries),
        pg_catalog.array_agg(l.receipt)
    INTO again, spent, accepted FROM queue.locked(q, receipts) AS l;
    UPDATE queue.message AS m
    SET receipt = NULL, visible_at = pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => delay_seconds)
    WHERE m.queue = q.id AND m.id = ANY (again);
    IF spent IS NOT NULL THEN
        PERFORM queue.discard(q, spent);
    END IF;
    PERFORM pg_catalog.pg_notify(queue.channel_of(q), '');
    RETURN QUERY SELECT pg_catalog.unnest(accepted);
END $$;

-- Hides messages for that long from now on. Returns the receipts whose time was not over.
CREATE OR REPLACE FUNCTION queue.extend(queue_name text, receipts text[], hidden_seconds double precision DEFAULT NULL)
RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    q queue.queue := queue.permitted(queue_name, 'receive');
    at timestamptz;
    ids bigint[];
    accepted text[];
BEGIN
    IF hidden_seconds NOT BETWEEN 0 AND 43200 THEN
        RAISE EXCEPTION 'queue "%": % seconds; allowed are 0 to 43200', queue_name, hidden_seconds
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM queue.durably();
    SELECT pg_catalog.array_agg(l.id), pg_catalog.array_agg(l.receipt) INTO ids, accepted
    FROM queue.locked(q, receipts) AS l WHERE l.visible_at > pg_catalog.clock_timestamp();
    UPDATE queue.message AS m
    SET visible_at = pg_catalog.clock_timestamp()
        + pg_catalog.make_interval(secs => COALESCE(hidden_seconds, q.visibility_seconds))
    WHERE m.queue = q.id AND m.id = ANY (ids);
    RETURN QUERY SELECT pg_catalog.unnest(accepted);
END $$;

-- What a receiver that found nothing waits for: the channel to LISTEN on, and how long at most.
CREATE OR REPLACE FUNCTION queue.channel(queue_name text) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT queue.channel_of(queue.permitted(queue_name, 'receive'))
$$;

CREATE OR REPLACE FUNCTION queue.next_visible_seconds(queue_name text) RETURNS double precision
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    q queue.queue := queue.permitted(queue_name, 'receive');
    at timestamptz;
BEGIN
    SELECT m.visible_at INTO at FROM queue.message AS m
    WHERE m.queue = q.id AND m.head ORDER BY m.visible_at, m.id LIMIT 1;
    -- GREATEST leaves out what is null, and would say 0 of an empty queue: look again at once, for ever.
    IF at IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN GREATEST(0, EXTRACT(epoch FROM at - pg_catalog.clock_timestamp()));
END $$;

-- ---- for the supervisor --------------------------------------------------------------------------------------------

-- Does what receive does on its way, for queues that nobody receives from: drops what is too old, moves what was
-- delivered too often. Returns how many messages; call again while that is the limit.
CREATE OR REPLACE FUNCTION queue.tend(most integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    at timestamptz := pg_catalog.clock_timestamp();
    batch record;
    q queue.queue;
    total integer := 0;
BEGIN
    DELETE FROM queue.deduplication AS d WHERE d.until <= at;
    FOR batch IN
        WITH expired AS MATERIALIZED (
            SELECT m.queue, m.id FROM queue.message AS m
            WHERE m.head AND m.expires_at <= at AND (m.receipt IS NULL OR m.visible_at <= at)
            ORDER BY m.expires_at LIMIT most FOR UPDATE SKIP LOCKED
        ), spent AS MATERIALIZED (
            SELECT m.queue, m.id FROM queue.message AS m JOIN queue.queue AS o ON o.id = m.queue
            WHERE m.receipt IS NOT NULL AND m.visible_at <= at AND m.deliveries >= o.max_deliveries
            ORDER BY m.visible_at LIMIT most FOR UPDATE OF m SKIP LOCKED
        )
        SELECT due.queue, pg_catalog.array_agg(due.id) AS ids
        FROM (SELECT * FROM expired UNION SELECT * FROM spent) AS due
        GROUP BY due.queue ORDER BY due.queue
    LOOP
        SELECT * INTO q FROM queue.queue AS one WHERE one.id = batch.queue;
        PERFORM queue.discard(q, batch.ids);
        total := total + pg_catalog.cardinality(batch.ids);
    END LOOP;
    RETURN total;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA queue FROM PUBLIC;
GRANT EXECUTE ON FUNCTION queue.send, queue.send_batch TO twelvefold_queue_sender;
GRANT EXECUTE ON FUNCTION queue.receive, queue.delete, queue.release, queue.extend, queue.channel,
    queue.next_visible_seconds TO twelvefold_queue_receiver;
RESET ROLE;

-- This database has one workload, and its tables grow from nothing to a million rows faster than statistics follow.
ALTER DATABASE twelvefold_queues SET enable_seqscan = off;
ALTER DATABASE twelvefold_queues SET enable_bitmapscan = off;
ALTER DATABASE twelvefold_queues SET plan_cache_mode = force_generic_plan;
ALTER DATABASE twelvefold_queues SET jit = off;
