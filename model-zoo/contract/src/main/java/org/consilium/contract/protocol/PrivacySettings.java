package org.consilium.contract.protocol;

/**
 * What protects patients beyond that no image leaves a hospital.
 *
 * @param minimumMetricExamples a site reports no figure over fewer images than this, 1 to 1,000,000; DataSHIELD's rule for
 *     tables ({@code nfilter.tab}) has 3
 * @param impressions whether images that the server synthesises from the global model are sent to sites
 */
public record PrivacySettings(int minimumMetricExamples, boolean impressions) {

    private static final int MOST = 1_000_000;

    /** Checks the range. */
    public PrivacySettings {
        if (minimumMetricExamples < 1 || minimumMetricExamples > MOST) {
            throw new IllegalArgumentException(
                    "'minimumMetricExamples' must be 1 to " + MOST + ", not " + minimumMetricExamples);
        }
    }

    void write(CanonicalForm form) {
        form.whole("minimumMetricExamples", minimumMetricExamples).flag("impressions", impressions);
    }
}
