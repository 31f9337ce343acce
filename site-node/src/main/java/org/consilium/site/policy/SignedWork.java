package org.consilium.site.policy;

import java.util.Optional;
import org.consilium.algorithm.Strategies;
import org.consilium.contract.SiteId;
import org.consilium.contract.Split;
import org.consilium.contract.TrainingPlan;
import org.consilium.contract.WorkOffer;
import org.consilium.contract.protocol.StudyProtocol;

/** Pure comparison of an offer with the protocol version that it names: whether the hospital has agreed to just that. */
final class SignedWork {

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
        if (offer instanceof WorkOffer.Train train) {
            return training(train, protocol, site);
        }
        WorkOffer.Evaluate evaluate = (WorkOffer.Evaluate) offer;
        if (!protocol.data().dataset().equals(evaluate.dataset())) {
            return differs("data set", protocol.data().dataset(), evaluate.dataset());
        }
        if (evaluate.split() == Split.TEST && !protocol.schedule().test()) {
            return differs("split", Split.VAL.label(), Split.TEST.label());
        }
        return protocol.architecture().equals(evaluate.architecture())
                ? Optional.empty()
                : differs("architecture", protocol.architecture(), evaluate.architecture());
    }

    /** Returns the refusal of work that this site has been permitted to do on another model already. */
    static Verdict.Refused repeated(WorkOffer.Task offer) {
        String done = "trained another model in round " + offer.round();
        if (offer instanceof WorkOffer.Evaluate evaluate) {
            done = evaluate.split() == Split.TEST
                    ? "tested another model than " + offer.model().brief() + " of round " + offer.round()
                    : "scored another model of round " + offer.round();
        }
        return new Verdict.Refused(
                "offer-differs",
                "This site has " + done + " under this protocol, and does each work on one model; amend the protocol to"
                        + " have it done anew.");
    }

    private static Optional<Verdict.Refused> training(WorkOffer.Train offer, StudyProtocol protocol, SiteId site) {
        if (!protocol.data().dataset().equals(offer.dataset())) {
            return differs("data set", protocol.data().dataset(), offer.dataset());
        }
        if (!protocol.architecture().equals(offer.architecture())) {
            return differs("architecture", protocol.architecture(), offer.architecture());
        }
        if (offer.round().value() == 1 && !protocol.initialModel().equals(offer.model())) {
            return differs(
                    "initial model",
                    protocol.initialModel().brief(),
                    offer.model().brief());
        }
        TrainingPlan agreed = Strategies.of(protocol.method()).configureTrain(protocol.plan(), offer.round(), site);
        return agreed.equals(offer.plan()) ? Optional.empty() : differs("plan", agreed, offer.plan());
    }

    private static Optional<Verdict.Refused> differs(String what, Object agreed, Object asked) {
        String text = "The offer is not what the protocol says: its " + what + " is " + asked + ", by the protocol "
                + agreed + ".";
        return Optional.of(new Verdict.Refused("offer-differs", text.substring(0, Math.min(450, text.length()))));
    }
}
