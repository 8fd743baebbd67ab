"""Rounds of Flower's streaming server on loopback: one process for each client, whose training adds a thousandth to every value.

Arguments: devices, values, rounds, rounds that do not count. Prints one JSON object: name and milliseconds from the beginning of a
round to the beginning of the next.
"""

import json
import logging
import multiprocessing
import os
import socket
import sys
import time

DEVICES, VALUES, ROUNDS, SKIPPED = (int(argument) for argument in sys.argv[1:5])


def device(address):
    """A client that trains in no time, until the server ends."""
    import flwr
    import numpy

    class Client(flwr.client.NumPyClient):
        def fit(self, parameters, config):
            return [values + numpy.float32(0.001) for values in parameters], 1, {}

    logging.getLogger("flwr").setLevel(logging.ERROR)
    flwr.client.start_client(server_address=address, client=Client().to_client(), max_retries=100)


def rounds(address):
    """The server; when each round began."""
    import flwr
    import numpy

    began = []

    class Timed(flwr.server.strategy.FedAvg):
        def configure_fit(self, server_round, parameters, client_manager):
            began.append(time.monotonic())
            return super().configure_fit(server_round, parameters, client_manager)

    logging.getLogger("flwr").setLevel(logging.ERROR)
    strategy = Timed(
        fraction_fit=1.0,
        fraction_evaluate=0.0,
        min_fit_clients=DEVICES,
        min_available_clients=DEVICES,
        initial_parameters=flwr.common.ndarrays_to_parameters([numpy.zeros(VALUES, dtype=numpy.float32)]),
    )
    flwr.server.start_server(
        server_address=address,
        config=flwr.server.ServerConfig(num_rounds=ROUNDS),
        strategy=strategy,
    )
    return flwr.__version__, began


def main():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    devices = [multiprocessing.Process(target=device, args=(address,), daemon=True) for _ in range(DEVICES)]
    for each in devices:
        each.start()
    out = os.dup(1)
    os.dup2(2, 1)
    version, began = rounds(address)
    millis = [1000 * (after - before) for before, after in zip(began[SKIPPED:], began[SKIPPED + 1:])]
    os.write(out, (json.dumps({"name": f"Flower {version}, start_server", "millis": millis}) + "\n").encode())
    for each in devices:
        each.join(10)


if __name__ == "__main__":
    main()
