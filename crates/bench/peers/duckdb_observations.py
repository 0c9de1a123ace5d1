"""The observations of the bench `instruments` as Parquet, asked by DuckDB: the peer its figures stand beside.

    pip install duckdb numpy pyarrow
    TINGZHOU_BENCH_OBSERVATIONS=100000000 python3 crates/bench/peers/duckdb_observations.py [FOLDER]

Prints name, value and unit, separated by tabs. The same detectors, times and values as the bench; one file per tenth of the
detectors, rows by detector and time, compressed with zstd, as one would keep them for asking.
"""

import os
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

DETECTORS = 10_000
FILES = 10
BEGIN = 1_761_580_800_000  # 2025-10-28 00:00 in Beijing, in milliseconds


def values(series: np.ndarray, rounds: np.ndarray) -> np.ndarray:
    """What a detector shows: a slow wave with a little noise, one decimal place."""
    with np.errstate(over="ignore"):
        mixed = series.astype(np.uint64) * np.uint64(0x9E37_79B9) + rounds.astype(np.uint64)
        mixed *= np.uint64(0xFF51_AFD7_ED55_8CCD)
    noise = (mixed >> np.uint64(60)).astype(np.float64)
    wave = np.sin(rounds / 90.0 + series) * 20.0
    return np.round(40.0 + wave + noise) / 10.0


def write(folder: Path, rounds: int) -> int:
    each = DETECTORS // FILES
    size = 0
    for file in range(FILES):
        series = np.repeat(np.arange(file * each, (file + 1) * each), rounds)
        turns = np.tile(np.arange(rounds), each)
        # Every 80 seconds, each detector at a second of its own.
        times = BEGIN + (turns * 80 + series % 60) * 1_000
        table = pa.table(
            {
                "series": pa.array(series, pa.int32()),
                "moment": pa.array(times, pa.timestamp("ms")),
                "value": pa.array(values(series, turns), pa.float64()),
                "quality": pa.array(np.zeros(len(series)), pa.uint8()),
            }
        )
        path = folder / f"{file}.parquet"
        pq.write_table(table, path, compression="zstd", row_group_size=1_000_000)
        size += path.stat().st_size
    return size


def asked(name: str, connection: duckdb.DuckDBPyConnection, query: str, times: int = 3) -> None:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        rows = len(connection.execute(query).fetchnumpy()["series"])
        took.append(time.perf_counter() - start)
    print(f"duckdb.{name} ({rows} rows)\t{sorted(took)[len(took) // 2] * 1e3:.1f}\tms")


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "target/parquet")
    folder.mkdir(parents=True, exist_ok=True)
    rounds = -(-int(os.environ.get("TINGZHOU_BENCH_OBSERVATIONS", "10000000")) // DETECTORS)
    start = time.perf_counter()
    size = write(folder, rounds)
    print(f"duckdb.write\t{rounds * DETECTORS / (time.perf_counter() - start):.0f}\t/s")
    print(f"duckdb.bytes a sample (Parquet, zstd)\t{size / (rounds * DETECTORS):.3f}\tB")
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    rows = f"read_parquet('{folder}/*.parquet')"
    asked("latest of 10,000", connection, f"SELECT series, arg_max(value, moment) FROM {rows} GROUP BY series")
    asked(
        "one series by day",
        connection,
        f"SELECT series, date_trunc('day', moment) AS day, count(*), min(value), max(value), sum(value) FROM {rows} "
        "WHERE series = 4711 GROUP BY ALL",
    )
    asked(
        "a day of 10,000 by hour",
        connection,
        f"SELECT series, date_trunc('hour', moment) AS hour, count(*), min(value), max(value), sum(value) FROM {rows} "
        f"WHERE moment >= epoch_ms({BEGIN}) AND moment < epoch_ms({BEGIN + 86_400_000}) GROUP BY ALL",
    )


if __name__ == "__main__":
    main()
