/** The shop's only page. `prices` is undefined while the catalog does not answer: old orders can still be seen. */
export function shopPage({ prices, orders, token }) {
    return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Shop</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
label { display: block; margin: .5rem 0 } table { border-collapse: collapse; width: 100% }
td, th { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd }
</style>
<h1>Shop</h1>
${prices ? orderForm(prices, token) : "<p>Ordering is not possible at the moment; please come again soon.</p>"}
<h2>Last orders</h2>
<table>
<tr><th>Order<th>Item<th>Quantity<th>Total<th>Status
${orders.map(orderRow).join("\n")}
</table>
</html>
`;
}

function orderForm(prices, token) {
    const options = prices.map(
        ({ item, name, cents }) => `<option value="${escaped(item)}">${escaped(name)}, ${euro(cents)}</option>`,
    );
    return `<form method="post" action="/orders">
<input type="hidden" name="token" value="${escaped(token)}">
<label>Item <select name="item">${options.join("")}</select></label>
<label>Quantity <input name="quantity" type="number" min="1" max="100" value="1" required></label>
<label>E-mail <input name="email" type="email" required></label>
<button>Order</button>
</form>`;
}

function orderRow({ id, item, quantity, totalCents, status }) {
    const link = `<a href="/orders/${escaped(id)}">${escaped(id.slice(0, 8))}</a>`;
    return `<tr><td>${link}<td>${escaped(item)}<td>${quantity}<td>${euro(totalCents)}<td>${escaped(status)}`;
}

function euro(cents) {
    return `€ ${(cents / 100).toFixed(2)}`;
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(text) {
    return String(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
