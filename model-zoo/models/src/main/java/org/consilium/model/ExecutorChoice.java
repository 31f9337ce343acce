package org.consilium.model;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Optimiser;
import org.consilium.model.engine.CompiledNetwork;
import org.consilium.model.engine.OneDnn;
import org.consilium.model.engine.Shape;
import org.consilium.model.engine.UnsupportedNetworkException;
import org.consilium.model.engine.Use;

/** Chooses once for each network what runs it: oneDNN where its library is here and knows all layers, or Deeplearning4j. */
final class ExecutorChoice {

    private static final Logger LOG = Logger.getLogger(Networks.class.getName());
    private static final Optimiser ANY = new Optimiser.Sgd(1, 0);

    private final Executor deeplearning4j = new Dl4jExecutor();
    private final Executor compiled = new CompiledExecutor();
    private final Map<ArchitectureId, Executor> chosen = new ConcurrentHashMap<>();
    private final boolean mayCompile;

    /** @param mayCompile whether oneDNN may be chosen at all */
    ExecutorChoice(boolean mayCompile) {
        this.mayCompile = mayCompile;
    }

    /**
     * Returns what runs a network.
     *
     * @throws IllegalArgumentException if there is no such network
     */
    Executor of(ArchitectureId id) {
        Architectures.Network.of(id);
        return chosen.computeIfAbsent(id, this::chooseAnew);
    }

    private Executor chooseAnew(ArchitectureId id) {
        if (!mayCompile) {
            return deeplearning4j;
        }
        Optional<String> trouble = OneDnn.trouble().or(() -> refusal(id));
        trouble.ifPresentOrElse(
                reason -> LOG.warning(
                        () -> "Deeplearning4j runs " + id + ", which is some twenty times slower: " + reason),
                () -> LOG.info(() -> id + " runs on " + compiled.description()));
        return trouble.isPresent() ? deeplearning4j : compiled;
    }

    /** Compiles a network once to see whether it is known. */
    private static Optional<String> refusal(ArchitectureId id) {
        ImageShape shape = Architectures.Network.of(id).shape();
        Shape input = new Shape(shape.channels(), shape.height(), shape.width());
        try (CompiledNetwork network = Architectures.blueprint(id, 0, ANY).compile(input, 1, Use.TRAIN)) {
            return network.parameterCount() == Architectures.parameterCount(id)
                    ? Optional.empty()
                    : Optional.of("its parameters are read as " + network.parameterCount());
        } catch (UnsupportedNetworkException e) {
            return Optional.of(e.getMessage());
        }
    }
}
