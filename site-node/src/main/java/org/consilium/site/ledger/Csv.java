package org.consilium.site.ledger;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Entries as CSV (RFC 4180), safe to open in a spreadsheet: no field is taken for a formula. */
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
        return record(COLUMNS.stream());
    }

    static String record(Entry entry) {
        Departure what = entry.what();
        return record(Stream.of(
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

    private static String record(Stream<String> fields) {
        return fields.map(Csv::field).collect(Collectors.joining(",", "", "\r\n"));
    }

    /** Spreadsheets read what begins with one of these signs as a formula; an apostrophe before it makes it text. */
    static String field(String text) {
        String plain = !text.isEmpty() && "=+-@\t\r\n".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return plain.chars().anyMatch(sign -> ",\"\r\n".indexOf(sign) >= 0)
                ? '"' + plain.replace("\"", "\"\"") + '"'
                : plain;
    }
}
