"""From a device's payload to a stored event and a judged alert: gateway, rules, worker, store, simulator."""
