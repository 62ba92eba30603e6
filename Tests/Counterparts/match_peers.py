"""The solvers of others on the instances of `sojourn bench match`: SciPy, OR-Tools, and PyPI's matching.

match_peers.py assignment FILE REQUESTS HOSTS CAPACITY   FILE holds a double a pair, row by row; NaN where there is none
match_peers.py stable FILE REQUESTS HOSTS CAPACITY       FILE holds a double a pair of each side: smaller is liked better

Prints one line of JSON: {"scipy": {"total": 1.0, "seconds": 0.1}, ...}; what is not installed is left out.
"""

import json
import sys
import threading
import time


def assignment(numpy, scores, capacity, found):
    try:
        from scipy.optimize import linear_sum_assignment
    except ImportError:
        pass
    else:
        # A host of capacity 5 is five columns; who has no pair gains nothing by one of the columns.
        columns = numpy.repeat(numpy.nan_to_num(scores, nan=0.0), capacity, axis=1)
        start = time.perf_counter()
        rows, chosen = linear_sum_assignment(columns, maximize=True)
        seconds = time.perf_counter() - start
        found["scipy"] = {"total": float(columns[rows, chosen].sum()), "seconds": seconds}
    try:
        from ortools.graph.python import min_cost_flow
    except ImportError:
        return
    requests, hosts = scores.shape
    rows, columns = numpy.nonzero(~numpy.isnan(scores))
    # Its costs are whole numbers; the scores have two decimals.
    costs = numpy.round(scores[rows, columns] * 100).astype(numpy.int64)
    request, host, sink = 1 + numpy.arange(requests), 1 + requests + numpy.arange(hosts), 1 + requests + hosts
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(
        numpy.concatenate([numpy.zeros(requests, int), 1 + rows, request, host]),
        numpy.concatenate([request, 1 + requests + columns, numpy.full(requests, sink), numpy.full(hosts, sink)]),
        numpy.concatenate(
            [numpy.ones(requests, int), numpy.ones(len(rows), int), numpy.ones(requests, int), numpy.full(hosts, capacity)]
        ),
        numpy.concatenate([numpy.zeros(requests, int), -costs, numpy.zeros(requests + hosts, int)]),
    )
    flow.set_node_supply(0, requests)
    flow.set_node_supply(sink, -requests)
    start = time.perf_counter()
    status = flow.solve()
    seconds = time.perf_counter() - start
    if status == flow.OPTIMAL:
        found["ortools"] = {"total": -flow.optimal_cost() / 100, "seconds": seconds}


def stable(numpy, likes, requests, hosts, capacity, found):
    try:
        from matching.games import HospitalResident
    except ImportError:
        return
    wishes, ranks = likes[: requests * hosts].reshape(requests, hosts), likes[requests * hosts :].reshape(hosts, requests)
    residents = {f"r{i}": [f"h{j}" for j in numpy.argsort(wishes[i])] for i in range(requests)}
    hospitals = {f"h{j}": [f"r{i}" for i in numpy.argsort(ranks[j])] for j in range(hosts)}
    # It copies its players by a recursion that goes through all of them, deeper than Python allows by default.
    sys.setrecursionlimit(1_000_000)
    game = HospitalResident.create_from_dictionaries(residents, hospitals, {f"h{j}": capacity for j in range(hosts)})
    start = time.perf_counter()
    matched = game.solve()
    seconds = time.perf_counter() - start
    found["matching"] = {"total": float(sum(len(guests) for guests in matched.values())), "seconds": seconds}


def main():
    found = {}
    try:
        import numpy
    except ImportError:
        print(json.dumps(found))
        return
    kind, path, requests, hosts, capacity = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
    numbers = numpy.fromfile(path, dtype=numpy.float64)
    if kind == "assignment":
        assignment(numpy, numbers.reshape(requests, hosts), capacity, found)
    else:
        stable(numpy, numbers, requests, hosts, capacity, found)
    print(json.dumps(found))


threading.stack_size(512 << 20)
failures = []
threading.excepthook = lambda failure: failures.append(failure.exc_value)
thread = threading.Thread(target=main)
thread.start()
thread.join()
if failures:
    sys.exit(f"{type(failures[0]).__name__}: {failures[0]}")
