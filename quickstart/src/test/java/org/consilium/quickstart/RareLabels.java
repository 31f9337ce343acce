package org.consilium.quickstart;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.consilium.contract.Split;
import org.consilium.model.LabelledImages;

/** Images of which the first site has two of a label to validate and to test on: fewer than may be told of. */
final class RareLabels {

    /** The label of which there are two. */
    static final int LABEL = 1;

    private RareLabels() {}

    /** Returns the images with all but two of the label taken away from the first site's VAL and TEST. */
    static DealtImages of(DealtImages images) {
        List<DealtImages.SiteImages> sites = new ArrayList<>(images.sites());
        Map<Split, LabelledImages> first = new EnumMap<>(sites.get(0).images());
        first.computeIfPresent(Split.VAL, (split, all) -> rare(all));
        first.computeIfPresent(Split.TEST, (split, all) -> rare(all));
        sites.set(0, new DealtImages.SiteImages(sites.get(0).site(), first));
        return new DealtImages(sites, images.pooled());
    }

    private static LabelledImages rare(LabelledImages all) {
        int[] two = IntStream.range(0, all.size())
                .filter(i -> all.label(i) == LABEL)
                .limit(2)
                .toArray();
        return all.subset(IntStream.range(0, all.size())
                .filter(i -> all.label(i) != LABEL || i == two[0] || i == two[1])
                .toArray());
    }
}
