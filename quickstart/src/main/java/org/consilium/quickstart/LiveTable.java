package org.consilium.quickstart;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Shows a running study: its rounds, who has answered and who is awaited since when. On a terminal the table is redrawn
 * in place; elsewhere each change is printed once.
 */
final class LiveTable {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private final Screen screen;
    private final Clock clock;
    private int printed;
    private List<String> lastStates = List.of();
    private boolean started;

    /**
     * @param screen where it is shown
     * @param clock tells since how long a site is awaited, and the zone of times
     */
    LiveTable(Screen screen, Clock clock) {
        this.screen = screen;
        this.clock = clock;
    }

    /** Shows the study as it is now. */
    void show(LiveStudy study) {
        if (screen.terminal()) {
            List<String> lines = new ArrayList<>();
            lines.add(RoundTable.HEADER);
            study.completed().forEach(round -> lines.add(RoundTable.line(round)));
            lines.addAll(states(study, true));
            screen.redraw(lines);
            return;
        }
        if (!started) {
            started = true;
            screen.say(RoundTable.HEADER);
        }
        study.completed().stream().skip(printed).forEach(round -> screen.say(RoundTable.line(round)));
        printed = study.completed().size();
        List<String> states = states(study, false);
        if (!states.equals(lastStates)) {
            lastStates = states;
            screen.say(states);
        }
    }

    /** Returns what the round that is going on waits for. */
    private List<String> states(LiveStudy study, boolean withDurations) {
        if (!study.state().equals("RUNNING")) {
            return List.of();
        }
        if (study.running().isEmpty()) {
            return List.of(
                    study.completed().size() < study.roundsPlanned()
                            ? "       the next round opens"
                            : "       the sites score the selected model on their test images");
        }
        LiveStudy.Running round = study.running().get();
        String head =
                Text.of("       round %d of %d, %s: ", round.round(), study.roundsPlanned(), activity(round.state()));
        List<String> lines = new ArrayList<>();
        String answered = round.sites().stream()
                .filter(site -> !awaited(site, round.state()))
                .map(site -> site.site() + " " + site.state().toLowerCase(Locale.ROOT)
                        + site.reason().map(reason -> " (" + reason + ")").orElse(""))
                .collect(Collectors.joining(", "));
        String awaited = round.sites().stream()
                .filter(site -> awaited(site, round.state()))
                .map(site -> site.site()
                        + site.since().map(since -> since(since, withDurations)).orElse(""))
                .collect(Collectors.joining(", "));
        lines.add(head
                + (answered.isEmpty() ? "no site has answered yet" : answered)
                + (awaited.isEmpty() ? "" : "; awaited: " + awaited));
        return lines;
    }

    private static String activity(String state) {
        return switch (state) {
            case "TRAINING" -> "sites train";
            case "AGGREGATING" -> "server aggregates";
            case "DESCRIBING" -> "sites describe their features";
            case "REFINING" -> "server refines the model";
            case "EVALUATING" -> "sites score the new model";
            default -> state.toLowerCase(Locale.ROOT);
        };
    }

    private static boolean awaited(LiveStudy.SiteState site, String round) {
        return switch (site.state()) {
            case "AWAITED", "OFFERED" -> true;
            case "ANSWERED" -> round.equals("EVALUATING");
            default -> false;
        };
    }

    private String since(Instant since, boolean withDuration) {
        ZoneId zone = clock.getZone();
        String text = " since " + TIME.format(since.atZone(zone));
        return withDuration
                ? text + " ("
                        + Optional.of(Duration.between(since, clock.instant()))
                                .filter(waited -> !waited.isNegative())
                                .orElse(Duration.ZERO)
                                .toSeconds()
                        + " s)"
                : text;
    }
}
