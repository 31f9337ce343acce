package org.consilium.site.ledger;

import java.util.List;
import java.util.stream.Stream;
import org.consilium.contract.CsvLine;

/** Entries as {@linkplain CsvLine CSV}. */
final class Csv {

    static final List<String> COLUMNS = List.of(
            "id",
            "at",
            "lastAt",
            "times",
            "kind",
            "to",
            "study",
            "round",
            "bytes",
            "sha256",
            "protocol",
            "metrics",
            "httpMethod");

    private Csv() {}

    static String header() {
        return CsvLine.of(COLUMNS.stream());
    }

    static String record(Entry entry) {
        Departure what = entry.what();
        return CsvLine.of(Stream.of(
                        entry.id(),
                        entry.at(),
                        entry.lastAt(),
                        entry.times(),
                        what.kind(),
                        what.to(),
                        what.study().orElse(""),
                        what.round().map(String::valueOf).orElse(""),
                        what.bytes(),
                        what.sha256(),
                        what.protocol().map(String::valueOf).orElse(""),
                        what.metrics().orElse(""),
                        what.httpMethod())
                .map(String::valueOf));
    }
}
