#!/usr/bin/env python3
"""Makes online_retail_excerpt.csv.gz from UCI Online Retail and prints the profile that world/shape.h holds.

make_excerpt.py SOURCE.csv.gz FIRST_DAY LAST_DAY     e.g. make_excerpt.py uci_online_retail.csv.gz 2011-09-01 2011-09-30

SOURCE has the columns InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country. The excerpt holds
whole days, all lines whose price is above zero, without the customer's number (the sandbox has buyers of its own).
"""
import collections
import csv
import datetime
import gzip
import pathlib
import sys


def main(source, first, last):
    hours, weekdays, cancelled, invoices, lines = collections.Counter(), collections.Counter(), set(), set(), []
    with gzip.open(source, "rt", encoding="utf-8", errors="replace", newline="") as stream:
        for row in csv.DictReader(stream):
            number, when = row["InvoiceNo"], row["InvoiceDate"]
            if number.startswith("C"):
                cancelled.add(number)
            elif number not in invoices:
                invoices.add(number)
                hours[int(when[11:13])] += 1
                weekdays[datetime.date.fromisoformat(when[:10]).weekday()] += 1
            if first <= when[:10] <= last and float(row["UnitPrice"]) > 0 and row["Description"].strip():
                lines.append([number, row["StockCode"], row["Description"].strip(), row["Quantity"], when[:16], row["UnitPrice"]])
    target = pathlib.Path(__file__).parent / "online_retail_excerpt.csv.gz"
    text = "invoice,stock,description,quantity,time,price\n" + "".join(",".join(csv_cell(cell) for cell in line) + "\n" for line in lines)
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    total = sum(hours.values())
    print(f"{target.name}: {len(lines)} lines, {len({line[0] for line in lines})} invoices, {target.stat().st_size} bytes")
    print("share of invoices per hour, in 10000:", [round(10000 * hours[hour] / total) for hour in range(24)])
    print("share per weekday, Monday first, in 10000:", [round(10000 * weekdays[day] / total) for day in range(7)])
    print(f"cancellations per 10000 invoices: {round(10000 * len(cancelled) / total)}")


def csv_cell(cell):
    return '"' + cell.replace('"', "'") + '"' if "," in cell or '"' in cell else cell


if __name__ == "__main__":
    main(*sys.argv[1:])
