package org.consilium.model;

import static org.consilium.contract.InvalidParametersException.Reason.WRONG_LENGTH;

import org.consilium.contract.Impressions;
import org.consilium.contract.InvalidImpressionsException;
import org.consilium.contract.InvalidParametersException;
import org.consilium.contract.Parameters;

/** Refuses images, impressions and parameters that do not go together, saying what to choose instead. */
final class Fit {

    private Fit() {}

    static void check(Parameters parameters, Impressions impressions) {
        Architectures.Network network = Architectures.Network.of(parameters.architecture());
        if (impressions.samples() != network.shape().samples() || impressions.classes() != network.classes()) {
            throw new InvalidImpressionsException("impressions of " + impressions.samples() + " values in "
                    + impressions.classes() + " classes do not go with " + parameters.architecture()
                    + "; they are not used");
        }
    }

    static void check(Parameters parameters, LabelledImages images) {
        check(parameters, images.shape(), images.classes());
    }

    static void check(Parameters parameters, ImageShape shape, int classes) {
        Architectures.Network network = Architectures.Network.of(parameters.architecture());
        long count = Architectures.parameterCount(parameters.architecture());
        if (parameters.count() != count) {
            throw new InvalidParametersException(
                    WRONG_LENGTH,
                    parameters.architecture() + " has " + count + " parameters, not " + parameters.count()
                            + "; use the parameters that were made for it");
        }
        if (!network.shape().equals(shape) || network.classes() != classes) {
            throw new IllegalArgumentException(parameters.architecture() + " takes images of " + network.shape()
                    + " in " + network.classes() + " classes, these are " + shape + " in "
                    + classes + " classes; choose the architecture for these images");
        }
    }
}
