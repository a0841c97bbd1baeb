/** Procfile entry `report`: the sums of this week and the last one. Running it again brings them up to date. */
import { openDatabase } from "./database.js";
import { log } from "./log.js";

const database = openDatabase();
try {
    const weeks = await database.query(
        `INSERT INTO weekly_reports (week, orders, items, revenue_cents)
         SELECT date_trunc('week', placed_at AT TIME ZONE 'UTC')::date, count(*), sum(quantity), sum(total_cents)
         FROM orders
         WHERE placed_at >= (date_trunc('week', now() AT TIME ZONE 'UTC') - interval '1 week') AT TIME ZONE 'UTC'
         GROUP BY 1
         ON CONFLICT (week) DO UPDATE SET
             orders = excluded.orders, items = excluded.items, revenue_cents = excluded.revenue_cents, written_at = now()
         RETURNING week::text, orders, items, revenue_cents::float8 AS "revenueCents"`,
    );
    for (const week of weeks) log("info", "weekly report", week);
    if (weeks.length === 0) log("info", "weekly report: no orders this week or last week");
} finally {
    await database.close();
}
