package org.consilium.contract.protocol;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.consilium.contract.SiteId;

/** A rule, registered before the study starts, that is asked after each round whether the study goes on. */
public sealed interface StoppingRule {

    /** Returns its name in protocols and records. */
    String kind();

    /** Returns whether it ends the study as stopped, rather than as completed with the best model so far. */
    default boolean isHarm() {
        return false;
    }

    /** Writes the bytes that are signed. */
    void write(CanonicalForm form);

    /**
     * Ends the rounds when a figure of the validation images is good enough.
     *
     * @param measure the figure
     * @param value at least this, or at most where less is better; a finite number
     */
    record TargetReached(Measure measure, double value) implements StoppingRule {
        /** Checks the number. */
        public TargetReached {
            Objects.requireNonNull(measure, "measure");
            value = requireFinite("value", value);
        }

        @Override
        public String kind() {
            return "target-reached";
        }

        @Override
        public void write(CanonicalForm form) {
            form.text("rule", kind()).text("measure", measure.label()).number("value", value);
        }
    }

    /**
     * Ends the rounds when a figure of the validation images has not risen for a while.
     *
     * @param measure the figure
     * @param rounds how many rounds without a better one, 1 to 100,000
     * @param leastGain how much better counts as better, 0 or more
     */
    record NoImprovement(Measure measure, int rounds, double leastGain) implements StoppingRule {

        private static final int MOST = 100_000;

        /** Checks the ranges. */
        public NoImprovement {
            Objects.requireNonNull(measure, "measure");
            if (rounds < 1 || rounds > MOST) {
                throw new IllegalArgumentException("'rounds' of a rule must be 1 to " + MOST + ", not " + rounds);
            }
            leastGain = requireFinite("leastGain", leastGain);
            if (leastGain < 0) {
                throw new IllegalArgumentException("'leastGain' must be 0 or more, not " + leastGain);
            }
        }

        @Override
        public String kind() {
            return "no-improvement";
        }

        @Override
        public void write(CanonicalForm form) {
            form.text("rule", kind())
                    .text("measure", measure.label())
                    .whole("rounds", rounds)
                    .number("leastGain", leastGain);
        }
    }

    /**
     * Stops the study when the global model serves a site worse than that site's own.
     *
     * @param fromRound first round that is asked, 1 or more: early models are worse than any site's own
     * @param margin how far the accuracy on a site's validation images may lie below its baseline, 0 to 1
     * @param baselines accuracy of the model that each site trained alone, on the same images, 0 to 1; in the order of ids
     */
    record Harm(int fromRound, double margin, Map<SiteId, Double> baselines) implements StoppingRule {
        /** Checks the ranges. */
        public Harm {
            if (fromRound < 1) {
                throw new IllegalArgumentException("'fromRound' must be 1 or more, not " + fromRound);
            }
            margin = requireShare("margin", margin);
            Map<SiteId, Double> checked = new TreeMap<>();
            baselines.forEach((site, accuracy) -> checked.put(site, requireShare("baselines." + site, accuracy)));
            baselines = Collections.unmodifiableMap(checked);
            if (baselines.isEmpty()) {
                throw new IllegalArgumentException("'baselines' must name at least one site");
            }
        }

        @Override
        public String kind() {
            return "harm";
        }

        @Override
        public boolean isHarm() {
            return true;
        }

        @Override
        public void write(CanonicalForm form) {
            form.text("rule", kind())
                    .whole("fromRound", fromRound)
                    .number("margin", margin)
                    .whole("baselines", baselines.size());
            baselines.forEach(
                    (site, accuracy) -> form.text("site", site.value()).number("accuracy", accuracy));
        }
    }

    /**
     * Ends the rounds when the sites have sent and fetched too much.
     *
     * @param bytes most bytes of all sites together, up and down, 1 or more
     */
    record ByteBudget(long bytes) implements StoppingRule {
        /** Checks the range. */
        public ByteBudget {
            if (bytes < 1) {
                throw new IllegalArgumentException("'bytes' must be 1 or more, not " + bytes);
            }
        }

        @Override
        public String kind() {
            return "byte-budget";
        }

        @Override
        public void write(CanonicalForm form) {
            form.text("rule", kind()).whole("bytes", bytes);
        }
    }

    /** Returns the number, with one zero instead of two: JSON writes both alike, the canonical form does not. */
    private static double requireFinite(String member, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("'" + member + "' must be a finite number, not " + value);
        }
        return value + 0.0;
    }

    private static double requireShare(String member, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("'" + member + "' must be 0 to 1, not " + value);
        }
        return value + 0.0;
    }
}
