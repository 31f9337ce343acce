package org.consilium.site.impression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.consilium.contract.Impressions;
import org.consilium.contract.InvalidImpressionsException;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.Sha256;
import org.consilium.contract.WorkOffer;
import org.consilium.model.Architectures;

/** Pure: whether a set is the one that an offer may speak of, and which images it has. */
public final class OfferedSet {

    private OfferedSet() {}

    /**
     * Refuses a set that training in a round may not use: one of another protocol or network, or not of an earlier round.
     *
     * @throws InvalidImpressionsException saying what it is instead
     */
    public static void require(Impressions set, WorkOffer.Train offer) {
        requireOf(set, offer, offer.impressions().orElseThrow());
        int made = set.header().origin().round().value();
        if (made >= offer.round().value()) {
            throw refused(set, "are of round " + made + ", but are to be trained on in round " + offer.round());
        }
    }

    /**
     * Refuses a set that a site may not be asked about in a round: one of another protocol, network, round or model.
     *
     * @throws InvalidImpressionsException saying what it is instead
     */
    public static void require(Impressions set, WorkOffer.Judge offer) {
        requireOf(set, offer, offer.impressions());
        ModelOrigin origin = set.header().origin();
        if (!origin.round().equals(offer.round())) {
            throw refused(set, "are of round " + origin.round() + ", not of round " + offer.round());
        }
        if (!origin.model().equals(offer.model())) {
            throw refused(
                    set,
                    "were made from the model " + origin.model().brief() + ", not from "
                            + offer.model().brief());
        }
    }

    private static void requireOf(Impressions set, WorkOffer.Task offer, Sha256 digest) {
        if (!set.digest().equals(digest)) {
            throw refused(set, "came instead of " + digest.brief());
        }
        ModelOrigin origin = set.header().origin();
        if (!origin.protocol().equals(offer.protocol())) {
            throw refused(
                    set,
                    "are of the protocol " + origin.protocol().brief() + ", not of "
                            + offer.protocol().brief());
        }
        if (!origin.architecture().equals(offer.architecture())) {
            throw refused(set, "are for " + origin.architecture() + ", not for " + offer.architecture());
        }
        int samples = Architectures.shape(offer.architecture()).samples();
        int classes = Architectures.classes(offer.architecture());
        if (set.samples() != samples || set.classes() != classes) {
            throw refused(
                    set,
                    "have " + set.samples() + " values in " + set.classes() + " classes, " + offer.architecture()
                            + " takes " + samples + " in " + classes);
        }
    }

    private static InvalidImpressionsException refused(Impressions set, String why) {
        return new InvalidImpressionsException("the impressions " + set.digest().brief() + " " + why
                + "; they are not used, tell the consortium's administrator");
    }

    /** Returns what tells each image of a set from all others, wherever it comes again. */
    static List<Sha256> images(Impressions set) {
        ByteBuffer bytes = ByteBuffer.allocate(set.samples() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return IntStream.range(0, set.size())
                .mapToObj(i -> {
                    bytes.asFloatBuffer().put(set.pixels(i));
                    return Sha256.of(bytes.duplicate());
                })
                .toList();
    }
}
