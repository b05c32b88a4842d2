window.gatehouse = window.gatehouse || {};
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.gatehouse = { draw: (t) => { document.getElementById("wall").textContent = JSON.parse(t).seq; document.body.dataset.ready = "1"; return window.dash_clientside.no_update; } };
