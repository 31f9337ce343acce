package org.consilium.quickstart.audit;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.BundleFormat;
import org.consilium.contract.protocol.ProtocolJson;
import org.consilium.contract.protocol.StudyProtocol;
import org.consilium.quickstart.audit.RecordFacts.Said;
import org.consilium.quickstart.audit.RecordFacts.Version;

/** Checks the protocols: that the form that people read is the one that was signed, and the one that the records name. */
final class ProtocolsCheck {

    private static final String JSON = ".json";
    private static final String TEXT = ".txt";

    private final Bundle bundle;
    private final RecordFacts facts;
    private final Findings findings;
    private final Map<Version, StudyProtocol> protocols = new TreeMap<>();

    ProtocolsCheck(Bundle bundle, RecordFacts facts, Findings findings) {
        this.bundle = bundle;
        this.facts = facts;
        this.findings = findings;
    }

    /** Checks them all. */
    void run() throws IOException {
        List<String> names = bundle.in(BundleFormat.PROTOCOLS);
        for (String name : names) {
            if (name.endsWith(JSON)) {
                read(name, name.substring(0, name.length() - JSON.length()) + TEXT);
            } else if (!name.endsWith(TEXT)
                    || !names.contains(name.substring(0, name.length() - TEXT.length()) + JSON)) {
                findings.in(name, "strange-file", "it belongs to no protocol; ask for the bundle again");
            }
        }
        facts.protocols().forEach(this::compare);
        if (bundle.manifest().isComplete()) {
            for (Version version : protocols.keySet()) {
                if (!facts.protocols().containsKey(version)) {
                    findings.in(file(version), "unrecorded-protocol", "no record tells of it; ask the consortium");
                }
            }
        }
    }

    private void read(String json, String text) throws IOException {
        Optional<byte[]> form = bundle.bytes(json);
        Optional<byte[]> canonical = bundle.has(text) ? bundle.bytes(text) : Optional.empty();
        if (form.isEmpty() || canonical.isEmpty()) {
            findings.in(text, "missing-file", "the signed form of " + json + " is not there; ask for the bundle again");
            return;
        }
        try {
            StudyProtocol protocol = ProtocolJson.protocol(
                    StrictJson.parse(LineReader.text(form.get())).json());
            if (!Arrays.equals(protocol.canonical(), canonical.get())) {
                findings.in(
                        text,
                        "protocol",
                        "it is not the signed form of " + json
                                + "; ask the consortium for the protocol that was signed");
            }
            Version version = new Version(protocol.study().value(), protocol.version());
            if (!file(version).equals(json)) {
                findings.in(
                        json, "protocol", "it is " + version + ", which another file has; ask for the bundle again");
                return;
            }
            protocols.put(version, protocol);
        } catch (IllegalArgumentException e) {
            findings.in(json, "protocol", "it is no protocol: " + e.getMessage() + "; ask for the bundle again");
        }
    }

    private void compare(Version version, List<Said> said) {
        StudyProtocol protocol = protocols.get(version);
        if (protocol == null) {
            boolean isWanted = bundle.manifest()
                    .study()
                    .map(study -> study.value().equals(version.study()))
                    .orElse(true);
            if (bundle.manifest().isComplete() && isWanted) {
                findings.in(
                        file(version), "missing-file", "the records tell of " + version + "; ask for the bundle again");
            }
            return;
        }
        Sha256 digest = protocol.digest();
        for (Said one : said) {
            if (!one.digest().equals(digest)) {
                findings.at(
                        one.seq(),
                        "protocol",
                        "it names the protocol " + one.digest() + ", the bundle has " + digest + " as " + version
                                + "; ask the consortium for the protocol that was signed");
            }
        }
    }

    static String file(Version version) {
        return BundleFormat.PROTOCOLS + version.study() + "-v" + version.number() + JSON;
    }

    /** Returns a version, if it is there and readable. */
    Optional<StudyProtocol> protocol(Version version) {
        return Optional.ofNullable(protocols.get(version));
    }

    int count() {
        return protocols.size();
    }
}
