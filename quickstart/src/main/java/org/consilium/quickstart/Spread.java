package org.consilium.quickstart;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import java.util.List;

/**
 * Repeated measurements of one thing.
 *
 * @param values in the order in which they were taken, at least one
 */
record Spread(List<Double> values) {

    /** Copies. */
    Spread {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("there are no measurements");
        }
    }

    /** Returns the median, the mean of the two in the middle where the number is even. */
    double median() {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    /** Returns the smallest. */
    double min() {
        return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    /** Returns the largest. */
    double max() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /** Returns the JSON form. */
    JsonObjectBuilder toJson() {
        JsonArrayBuilder all = Json.createArrayBuilder();
        values.forEach(value -> all.add(ReportJson.number(value)));
        return Json.createObjectBuilder()
                .add("median", ReportJson.number(median()))
                .add("min", ReportJson.number(min()))
                .add("max", ReportJson.number(max()))
                .add("values", all);
    }
}
