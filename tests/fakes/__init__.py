"""Stand-ins for real systems: Eclipse, Prophet 21, Sage X3, the Web-Connector and OroCommerce; and `order_desk`, a small one.

Each keeps state, answers in the shapes of its vendor and can be made to misbehave. Nothing here
imports the engine, so what the engine believes of an ERP is checked by somebody else.

    eclipse = Eclipse()
    with serving(eclipse.app) as url:
        eclipse.faults.add(Status(503), path="/SalesOrders", times=2)
        ...

One file, one idea: `serving` and `certificates` put an app on a port, `faults` breaks it, `recording`
remembers what was asked, `catalogue` is the stock of goods and customers the systems share.
"""
