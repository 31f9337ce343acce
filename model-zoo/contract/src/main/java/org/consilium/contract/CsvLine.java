package org.consilium.contract;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lines of CSV (RFC 4180), safe to open in a spreadsheet: no field is taken for a formula. */
public final class CsvLine {

    private CsvLine() {}

    /** Returns a line with its line end. */
    public static String of(Stream<String> fields) {
        return fields.map(CsvLine::field).collect(Collectors.joining(",", "", "\r\n"));
    }

    /** Spreadsheets read what begins with one of these signs as a formula; an apostrophe before it makes it text. */
    static String field(String text) {
        String plain = !text.isEmpty() && "=+-@\t\r\n".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return plain.chars().anyMatch(sign -> ",\"\r\n".indexOf(sign) >= 0)
                ? '"' + plain.replace("\"", "\"\"") + '"'
                : plain;
    }
}
