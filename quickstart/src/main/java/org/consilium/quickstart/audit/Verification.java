package org.consilium.quickstart.audit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.consilium.contract.audit.NoteKey;

/**
 * What a verification has shown.
 *
 * @param bundle the file
 * @param manifest what it says of itself
 * @param checked how many of what were checked, by name
 * @param contentBytes bytes of all files before they were compressed
 * @param owner the key that has signed the last checkpoint and the manifest, if it has
 * @param isPinned whether that key is the one that the auditor has named
 * @param lastWitnessed size of the last checkpoint that a site has counter-signed; 0 if there is none
 * @param witnesses the sites that have counter-signed
 * @param providers identity providers' issuers by the SHA-256 of the keys that have signed log-ins
 * @param authorities whose time stamps there are
 * @param notes what could not be shown, a sentence each
 * @param findings what is not as it must be, the first of each kind
 * @param counts how many findings there are of each kind
 */
public record Verification(
        Path bundle,
        Manifest manifest,
        Map<String, Long> checked,
        long contentBytes,
        Optional<NoteKey> owner,
        boolean isPinned,
        long lastWitnessed,
        List<String> witnesses,
        Map<String, String> providers,
        List<String> authorities,
        List<String> notes,
        List<Finding> findings,
        Map<String, Long> counts) {

    /** Copies. */
    public Verification {
        witnesses = List.copyOf(witnesses);
        authorities = List.copyOf(authorities);
        notes = List.copyOf(notes);
        findings = List.copyOf(findings);
    }

    /** Returns whether nothing was found. */
    public boolean isClean() {
        return counts.isEmpty();
    }

    /** Returns how many findings there are. */
    public long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
