package org.consilium.contract.protocol;

import java.util.Objects;
import org.consilium.contract.Texts;

/**
 * The figure by which the study is judged, registered before it starts; the model of the best round by this figure on the
 * validation images is the study's result.
 *
 * @param measure the figure
 * @param description what it means for patients and how it will be read, 1 to 1,000 characters in any number of lines
 */
public record PrimaryEndpoint(Measure measure, String description) {

    private static final int LONGEST = 1_000;

    /** Checks the text. */
    public PrimaryEndpoint {
        Objects.requireNonNull(measure, "measure");
        Texts.requireLines("description", description, LONGEST);
    }

    void write(CanonicalForm form) {
        form.text("primaryEndpoint", measure.label()).text("primaryEndpoint.description", description);
    }
}
