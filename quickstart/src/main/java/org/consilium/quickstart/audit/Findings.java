package org.consilium.quickstart.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What a verification has found. A file of a million wrong lines must not fill the memory: of each kind the first ones are
 * kept and all are counted. Thread-safe.
 */
final class Findings {

    /** How many of a kind are told one by one. */
    static final int TOLD = 100;

    private final List<Finding> told = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();

    /** Adds one about a file. */
    void in(String file, String kind, String text) {
        add(new Finding(kind, OptionalLong.empty(), file, text));
    }

    /** Adds one about a record. */
    void at(long seq, String kind, String text) {
        add(new Finding(kind, OptionalLong.of(seq), org.consilium.contract.audit.BundleFormat.RECORDS, text));
    }

    private synchronized void add(Finding finding) {
        if (counts.merge(finding.kind(), 1L, Long::sum) <= TOLD) {
            told.add(finding);
        }
    }

    /** Returns the first ones of each kind, in the order in which they were found. */
    synchronized List<Finding> told() {
        return List.copyOf(told);
    }

    /** Returns how many there are of each kind. */
    synchronized Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }
}
