package org.consilium.contract.protocol;

import java.util.Arrays;
import java.util.Objects;

/**
 * How long the server keeps what sites sent. Global models and the records of a study stay.
 *
 * @param updateDays days after the study's end until the sites' updates are erased, 0 to 3,650
 * @param withdrawn what happens to the updates of a site that withdraws
 */
public record Retention(int updateDays, OnWithdrawal withdrawn) {

    private static final int LONGEST = 3_650;

    /** What happens to the past updates of a site that withdraws. */
    public enum OnWithdrawal {
        /** They stay as long as those of the others; an update that is in no global model yet is not used. */
        KEEP("keep"),
        /** They are erased at once. The global models that they are averaged into stay. */
        ERASE("erase");

        private final String label;

        OnWithdrawal(String label) {
            this.label = label;
        }

        /** Returns its name in protocols. */
        public String label() {
            return label;
        }

        /**
         * Returns the one of that name.
         *
         * @throws IllegalArgumentException naming those that exist
         */
        public static OnWithdrawal of(String label) {
            return Arrays.stream(values())
                    .filter(one -> one.label.equals(label))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "'withdrawnUpdates' must be keep or erase, not '" + label + "'"));
        }
    }

    /** Checks the range. */
    public Retention {
        Objects.requireNonNull(withdrawn, "withdrawn");
        if (updateDays < 0 || updateDays > LONGEST) {
            throw new IllegalArgumentException("'updateDays' must be 0 to " + LONGEST + ", not " + updateDays);
        }
    }

    void write(CanonicalForm form) {
        form.whole("updateDays", updateDays).text("withdrawnUpdates", withdrawn.label());
    }
}
