package org.consilium.server.round;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.consilium.contract.ClassificationScores;
import org.consilium.contract.protocol.StoppingRule;
import org.consilium.contract.protocol.StudyProtocol;

/** Pure decisions on whether a study goes on after a round, by the rules that its protocol has registered. */
final class StoppingRules {

    private StoppingRules() {}

    /**
     * Asks each rule.
     *
     * @param protocol what the round goes by
     * @param round the round that has just been scored
     * @param outcomes all rounds of the study up to this one, in their order
     * @return one decision for each rule in the protocol's order, and one on the number of rounds
     */
    static List<StoppingDecision> decide(StudyProtocol protocol, Round round, List<Outcome> outcomes) {
        List<StoppingDecision> decisions = new ArrayList<>();
        for (StoppingRule rule : protocol.stoppingRules()) {
            Map<String, String> inputs = new TreeMap<>();
            boolean fires = fires(rule, round, outcomes, inputs);
            decisions.add(new StoppingDecision(round.number(), decisions.size(), rule.kind(), fires, inputs));
        }
        int planned = protocol.schedule().rounds();
        decisions.add(new StoppingDecision(
                round.number(),
                decisions.size(),
                "rounds",
                round.number().value() >= planned,
                Map.of("planned", Integer.toString(planned))));
        return decisions;
    }

    /** Returns, of decisions that end the rounds before the last one, what they said. */
    static Optional<String> reason(List<StoppingDecision> decisions) {
        String said = decisions.stream()
                .filter(one -> one.fires() && !one.rule().equals("rounds"))
                .map(one -> one.rule() + " (" + text(one.inputs()) + ")")
                .collect(Collectors.joining(", "));
        return said.isEmpty()
                ? Optional.empty()
                : Optional.of("Stopping rule after round " + decisions.get(0).round() + ": " + said + ".");
    }

    private static String text(Map<String, String> inputs) {
        return inputs.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private static boolean fires(StoppingRule rule, Round round, List<Outcome> outcomes, Map<String, String> inputs) {
        Outcome last = outcomes.get(outcomes.size() - 1);
        if (rule instanceof StoppingRule.TargetReached target) {
            OptionalDouble value = last.figure(target.measure());
            inputs.put("target", Double.toString(target.value()));
            inputs.put(target.measure().label(), text(value));
            return value.isPresent() && target.measure().gain(value.getAsDouble(), target.value()) >= 0;
        }
        if (rule instanceof StoppingRule.NoImprovement none) {
            return stalls(none, outcomes, inputs);
        }
        if (rule instanceof StoppingRule.Harm harm) {
            return harms(harm, round, inputs);
        }
        if (rule instanceof StoppingRule.ByteBudget budget) {
            long bytes = outcomes.stream().mapToLong(Outcome::bytes).sum();
            inputs.put("budget", Long.toString(budget.bytes()));
            inputs.put("bytes", Long.toString(bytes));
            return bytes >= budget.bytes();
        }
        throw new IllegalStateException("no decision on " + rule);
    }

    /** The best value counts from the first round that reached it; one that is not better by enough is no better. */
    private static boolean stalls(StoppingRule.NoImprovement rule, List<Outcome> outcomes, Map<String, String> inputs) {
        OptionalDouble best = OptionalDouble.empty();
        int bestAt = 0;
        for (Outcome outcome : outcomes) {
            OptionalDouble value = outcome.figure(rule.measure());
            boolean better = value.isPresent()
                    && (best.isEmpty()
                            || rule.measure().gain(value.getAsDouble(), best.getAsDouble()) > rule.leastGain());
            if (better) {
                best = value;
                bestAt = outcome.round().value();
            }
        }
        int since = outcomes.get(outcomes.size() - 1).round().value() - bestAt;
        inputs.put("best " + rule.measure().label(), text(best));
        inputs.put("in round", Integer.toString(bestAt));
        inputs.put("rounds since", Integer.toString(since));
        inputs.put("patience", Integer.toString(rule.rounds()));
        inputs.put("least gain", Double.toString(rule.leastGain()));
        return since >= rule.rounds();
    }

    private static boolean harms(StoppingRule.Harm rule, Round round, Map<String, String> inputs) {
        inputs.put("margin", Double.toString(rule.margin()));
        inputs.put("from round", Integer.toString(rule.fromRound()));
        boolean harmed = false;
        for (var baseline : rule.baselines().entrySet()) {
            OptionalDouble accuracy = round.share(baseline.getKey())
                    .filter(share -> share.state() != ShareState.WITHDRAWN)
                    .flatMap(Share::validation)
                    .map(SiteScores::value)
                    .map(ClassificationScores::accuracy)
                    .filter(Double::isFinite)
                    .map(OptionalDouble::of)
                    .orElse(OptionalDouble.empty());
            inputs.put(
                    baseline.getKey().value(),
                    text(accuracy) + " over its own " + Double.toString(baseline.getValue()));
            harmed |= accuracy.isPresent() && accuracy.getAsDouble() < baseline.getValue() - rule.margin();
        }
        return harmed && round.number().value() >= rule.fromRound();
    }

    private static String text(OptionalDouble value) {
        return value.isPresent() ? Double.toString(value.getAsDouble()) : "unknown";
    }
}
