package org.consilium.server.export;

import jakarta.json.JsonObjectBuilder;
import java.time.Instant;
import java.util.Optional;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;

/**
 * By what the records of a bundle were chosen.
 *
 * @param study only those of this study
 * @param from only those recorded at this time or later
 * @param to only those recorded before this time
 * @param site only those that concern this site
 * @param type only those of this code or family
 */
public record BundleScope(
        Optional<StudyId> study,
        Optional<Instant> from,
        Optional<Instant> to,
        Optional<SiteId> site,
        Optional<String> type) {

    /** Returns the whole log. */
    public static BundleScope all() {
        return new BundleScope(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Returns all of a study. */
    public static BundleScope of(StudyId study) {
        return new BundleScope(
                Optional.of(study), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Returns whether it is all of the log, or all of the study. */
    boolean isComplete() {
        return from.isEmpty() && to.isEmpty() && site.isEmpty() && type.isEmpty();
    }

    void addTo(JsonObjectBuilder json) {
        study.ifPresent(id -> json.add("study", id.value()));
        from.ifPresent(time -> json.add("from", time.toString()));
        to.ifPresent(time -> json.add("to", time.toString()));
        site.ifPresent(id -> json.add("site", id.value()));
        type.ifPresent(code -> json.add("type", code));
    }
}
