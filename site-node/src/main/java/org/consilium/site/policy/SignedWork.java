package org.consilium.site.policy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.consilium.algorithm.Strategies;
import org.consilium.algorithm.Strategy;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.protocol.StudyProtocol;

/** Pure comparison of an offer with the protocol version that it names: whether the hospital has agreed to just that. */
final class SignedWork {

    private static final String NO_IMPRESSIONS = "there are no such images";
    private static final String NOTHING_OF_FEATURES = "nothing is said of features";

    private SignedWork() {}

    /** Returns what is asked for otherwise than the protocol says, nothing if it is just that. */
    static Optional<Verdict.Refused> difference(WorkOffer.Task offer, StudyProtocol protocol, SiteId site) {
        if (!protocol.study().equals(offer.study())) {
            return differs("study", protocol.study(), offer.study());
        }
        if (!protocol.participants().contains(site)) {
            return differs("participants", protocol.participants(), site);
        }
        if (offer.round().value() > protocol.schedule().rounds()) {
            return differs("rounds", protocol.schedule().rounds(), offer.round());
        }
        if (!protocol.data().dataset().equals(offer.dataset())) {
            return differs("data set", protocol.data().dataset(), offer.dataset());
        }
        if (!protocol.architecture().equals(offer.architecture())) {
            return differs("architecture", protocol.architecture(), offer.architecture());
        }
        Strategy method = Strategies.of(protocol.method());
        if (offer instanceof WorkOffer.Train train) {
            return training(train, protocol, method, site);
        }
        if (offer instanceof WorkOffer.Describe && method.statistics().isEmpty()) {
            return differs("work", NOTHING_OF_FEATURES, "to describe features");
        }
        if (offer instanceof WorkOffer.Judge && !impressions(protocol, method)) {
            return differs("work", NO_IMPRESSIONS, "to judge synthesised images");
        }
        return offer instanceof WorkOffer.Evaluate evaluate
                        && evaluate.split() == Split.TEST
                        && !protocol.schedule().test()
                ? differs("split", Split.VAL.label(), Split.TEST.label())
                : Optional.empty();
    }

    private static boolean impressions(StudyProtocol protocol, Strategy method) {
        return protocol.privacy().impressions() && method.gate().isPresent();
    }

    /**
     * Returns what work is bound to once it is permitted: the model, and the impressions if there are any. Otherwise a server
     * could have one training image after the other searched for by sets of its own making.
     */
    static Sha256 bond(WorkOffer.Task offer) {
        Optional<Sha256> impressions = Optional.empty();
        if (offer instanceof WorkOffer.Train train) {
            impressions = train.impressions();
        } else if (offer instanceof WorkOffer.Judge judge) {
            impressions = Optional.of(judge.impressions());
        }
        return impressions
                .map(set -> Sha256.of((offer.model() + "/" + set).getBytes(StandardCharsets.US_ASCII)))
                .orElse(offer.model());
    }

    /** Returns the refusal of work that this site has been permitted to do on another model or set already. */
    static Verdict.Refused repeated(WorkOffer.Task offer) {
        String done = "trained another model or on other impressions in round " + offer.round();
        if (offer instanceof WorkOffer.Describe) {
            done = "described the features of another model in round " + offer.round();
        } else if (offer instanceof WorkOffer.Judge) {
            done = "judged other impressions in round " + offer.round();
        } else if (offer instanceof WorkOffer.Evaluate evaluate) {
            done = evaluate.split() == Split.TEST
                    ? "tested another model than " + offer.model().brief() + " of round " + offer.round()
                    : "scored another model of round " + offer.round();
        }
        return new Verdict.Refused(
                "offer-differs",
                "This site has " + done + " under this protocol, and does each work on one model; amend the protocol to"
                        + " have it done anew.");
    }

    private static Optional<Verdict.Refused> training(
            WorkOffer.Train offer, StudyProtocol protocol, Strategy method, SiteId site) {
        if (offer.impressions().isPresent() && !impressions(protocol, method)) {
            return differs("work", NO_IMPRESSIONS, "to train on synthesised images");
        }
        if (offer.round().value() == 1 && !protocol.initialModel().equals(offer.model())) {
            return differs(
                    "initial model",
                    protocol.initialModel().brief(),
                    offer.model().brief());
        }
        TrainingPlan agreed = method.configureTrain(protocol.plan(), offer.round(), site);
        return agreed.equals(offer.plan()) ? Optional.empty() : differs("plan", agreed, offer.plan());
    }

    private static Optional<Verdict.Refused> differs(String what, Object agreed, Object asked) {
        String text = "The offer is not what the protocol says: its " + what + " is " + asked + ", by the protocol "
                + agreed + ".";
        return Optional.of(new Verdict.Refused("offer-differs", text.substring(0, Math.min(450, text.length()))));
    }
}
