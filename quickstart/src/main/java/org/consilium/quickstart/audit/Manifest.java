package org.consilium.quickstart.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;
import org.consilium.contract.audit.BundleFormat;

/**
 * What a bundle says of itself.
 *
 * @param origin the log's name
 * @param made when
 * @param size number of records under the last checkpoint
 * @param root of their tree
 * @param study that the records are of, if they were chosen by it
 * @param site by which they were chosen, if they were
 * @param records how many there are
 * @param isComplete whether they are all of the log, or all of the study
 * @param files digest of each other file but the signature
 */
public record Manifest(
        String origin,
        Instant made,
        long size,
        Sha256 root,
        Optional<StudyId> study,
        Optional<SiteId> site,
        long records,
        boolean isComplete,
        Map<String, Sha256> files) {

    /** Members by which a bundle says that it has not all records of the log, or of the study. */
    private static final List<String> CHOICES = List.of("from", "to", "site", "type");

    /** Copies. */
    public Manifest {
        files = java.util.Collections.unmodifiableMap(new TreeMap<>(files));
    }

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException naming what is missing or wrong
     */
    static Manifest parse(String text) {
        StrictJson json = StrictJson.parse(text);
        if (!json.has("format") || !json.text("format").equals(BundleFormat.FORMAT)) {
            throw new IllegalArgumentException("'format' must be \"" + BundleFormat.FORMAT + "\"");
        }
        json.only(
                "format",
                "origin",
                "made",
                "size",
                "root",
                "study",
                "from",
                "to",
                "site",
                "type",
                "records",
                "complete",
                "files");
        json.optionalInstant("from");
        json.optionalInstant("to");
        json.optionalText("type");
        StrictJson files = json.object("files");
        Map<String, Sha256> digests = new TreeMap<>();
        files.names().forEach(name -> digests.put(name, files.digest(name)));
        if (json.whole("size") < 1) {
            throw new IllegalArgumentException("'size' must be 1 or more");
        }
        if (json.flag("complete") && CHOICES.stream().anyMatch(json::has)) {
            throw new IllegalArgumentException("'complete' must be false where the records were chosen by " + CHOICES);
        }
        return new Manifest(
                json.text("origin"),
                json.instant("made"),
                json.whole("size"),
                json.digest("root"),
                json.optionalText("study").map(StudyId::new),
                json.optionalText("site").map(SiteId::new),
                json.whole("records"),
                json.flag("complete"),
                digests);
    }
}
