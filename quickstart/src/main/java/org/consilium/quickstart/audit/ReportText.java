package org.consilium.quickstart.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.consilium.contract.SiteId;

/** A verification as lines for people. */
final class ReportText {

    /** Control characters, those that turn the direction of writing, and other line ends. */
    private static final Pattern STEERING = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]");

    private ReportText() {}

    static List<String> lines(Verification shown) {
        Manifest manifest = shown.manifest();
        Map<String, Long> checked = shown.checked();
        List<String> lines = new ArrayList<>();
        lines.add("Bundle    " + shown.bundle() + ", made " + manifest.made());
        lines.add("Log       " + manifest.origin() + ", " + Numbers.of(manifest.size(), "record") + ", root "
                + manifest.root());
        lines.add("Choice    " + choice(manifest));
        lines.add("Checked   " + Numbers.of(checked.get("files"), "file") + ", "
                + Numbers.of(checked.get("records"), "record") + ", "
                + Numbers.of(checked.get("checkpoints"), "checkpoint") + ", "
                + Numbers.of(checked.get("counterSignatures"), "counter-signature") + ", "
                + Numbers.of(checked.get("timestamps"), "time stamp"));
        lines.add("          " + Numbers.of(checked.get("protocols"), "protocol") + ", "
                + Numbers.of(checked.get("signatures"), "signature") + ", "
                + Numbers.of(checked.get("rounds"), "round") + ", of which "
                + Numbers.of(checked.get("aggregatesComputedAnew"), "new model") + " computed anew from "
                + Numbers.of(checked.get("parameters"), "parameter file"));
        shown.owner().ifPresent(key -> lines.add("Key       " + key.fingerprint()));
        if (!shown.witnesses().isEmpty()) {
            lines.add("Witnesses " + String.join(", ", shown.witnesses()));
        }
        shown.providers().forEach((key, issuer) -> lines.add("Log-ins   signed by " + issuer + ", key SHA-256 " + key));
        shown.authorities().forEach(authority -> lines.add("Stamps    by " + authority));
        lines.add("");
        shown.notes().forEach(note -> lines.add("Note: " + note));
        if (shown.owner().isPresent() && !shown.isPinned()) {
            lines.add(
                    "Note: the key above is the one that the bundle brings. Compare it with the one that the consortium"
                            + " tells you by another way, such as by telephone or from a site's node, or name it with --key.");
        }
        if (!shown.providers().isEmpty()) {
            lines.add("Note: the keys of log-ins are those that the bundle brings; compare them with the identity"
                    + " provider's.");
        }
        if (!shown.authorities().isEmpty()) {
            lines.add("Note: the time-stamping authority's certificate is the one in the token; compare it with the"
                    + " authority's.");
        }
        shown.findings().forEach(finding -> lines.add(finding.line()));
        shown.counts().forEach((kind, count) -> {
            if (count > Findings.TOLD) {
                lines.add("... and " + Numbers.of(count - Findings.TOLD) + " more of " + kind);
            }
        });
        lines.add("");
        lines.replaceAll(ReportText::printable);
        lines.add(
                shown.isClean()
                        ? "Result    clean: nothing in this bundle contradicts its signatures."
                        : "Result    " + Numbers.of(shown.total(), "finding") + ". Do not rely on this bundle.");
        return lines;
    }

    /** What a bundle says is shown, but writes no lines of its own and steers no terminal. */
    static String printable(String text) {
        return STEERING.matcher(text).replaceAll("?");
    }

    private static String choice(Manifest manifest) {
        String what =
                manifest.study().map(study -> "the records of study " + study).orElse("the records of the log");
        String site = manifest.site()
                .map(SiteId::value)
                .map(one -> " that concern site " + one)
                .orElse("");
        return (manifest.isComplete() ? "all " + what.substring("the ".length()) : "some of " + what) + site;
    }
}
