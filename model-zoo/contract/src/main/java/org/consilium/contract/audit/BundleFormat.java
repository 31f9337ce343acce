package org.consilium.contract.audit;

/**
 * The files of an audit bundle, a zip that says by itself whether it is genuine.
 *
 * <p>The zip has exactly the files that {@link #MANIFEST} names, with the manifest and its signature first and the rest in
 * the order of their names. All text is UTF-8; lines end with one line feed each, the last one too; a file that would be
 * empty is not there. The zip is as {@link java.util.zip.ZipOutputStream} writes it: the files one after another from the first
 * byte on, none above 4 GiB, no folders, no extra fields, no comments, nothing before, between or after.
 *
 * <p>No JSON object has a member twice, or one that is not named here.
 *
 * <dl>
 *   <dt>{@link #MANIFEST}
 *   <dd>one JSON object: {@code format} ({@value #FORMAT}), {@code origin} of the log, {@code made} (UTC), {@code size} and
 *       {@code root} of the last checkpoint, {@code study}, {@code from}, {@code to}, {@code site} and {@code type} where
 *       the records were chosen by them, {@code records} (their number), {@code complete} (whether they are all of the log,
 *       or all of the study), and {@code files}: an object of name to SHA-256 for every other file but the signature.
 *   <dt>{@link #MANIFEST_SIGNATURE}
 *   <dd>one {@linkplain NoteSignature signature line} over the manifest's bytes, {@link NoteSigner#sign(String, byte[])} as
 *       {@value #FORMAT}, by the key of the last checkpoint.
 *   <dt>{@link #README}
 *   <dd>what the files are and how to check them by hand.
 *   <dt>{@link #RECORDS}
 *   <dd>the {@linkplain AuditRecord#line() lines} of the records by {@code seq}. However they were chosen, those that name or
 *       end a key are there: {@code audit.key-used}, {@code site.approved}, {@code site.key-rotation-begun}, {@code
 *       site.key-rotation-withdrawn}, {@code site.key-rotated}, {@code site.revoked}; in a site's own log {@code key.made} and {@code key.rotated}. The last record
 *       of a complete study is the one of the export itself, {@code export.made}, with the number of the study's last
 *       record before it as the detail {@code lastStudySeq}; it is the last of the log of that size, too.
 *   <dt>{@link #PROOF}
 *   <dd>the hashes, 64 hexadecimal digits a line, by which {@link Merkle#root} makes the root of the last checkpoint of the
 *       records.
 *   <dt>{@link #CHECKPOINTS}
 *   <dd>for each checkpoint, by size, one JSON object: {@code note} (a {@link SignedCheckpoint#note()} with all its witnesses),
 *       {@code consistency} (array of hexadecimal hashes; that it goes on from the checkpoint of the line before, empty on
 *       the first line) and, where it has one, {@code timestamp} (base64 of the RFC 3161 token over the SHA-256 of the
 *       checkpoint's {@linkplain Checkpoint#text() text}).
 *   <dt>{@link #KEYS}
 *   <dd>one JSON object a line: {@code holder} ({@code consortium} or a site's id), {@code key} ({@link NoteKey#text()}).
 *       The log says who had which key when: the consortium's in records {@code audit.key-used}, a site's in {@code
 *       site.approved} and {@code site.key-rotated}, each with the key's {@link NoteKey#fingerprint()} as the detail
 *       {@code keyFingerprint}.
 *   <dt>{@link #PROTOCOLS}{@code <study>-v<version>.json}, {@code .txt}
 *   <dd>each version of a protocol of the records' studies: its JSON form, and the canonical bytes whose SHA-256 is signed.
 *   <dt>{@link #SIGNATURES}
 *   <dd>one JSON object a line for each signature of a protocol: {@code study}, {@code version}, {@code protocol} (SHA-256),
 *       {@code site}, {@code decision} (APPROVE or DECLINE), {@code reason} where it was declined, {@code signer},
 *       {@code name}, {@code meaning}, {@code askedAt}, {@code authenticatedAt}, {@code signedAt}, {@code idToken} and
 *       {@code idTokenKey} (the text of the identity provider's JSON Web Key, a string). The record {@code protocol.signed} or {@code
 *       protocol.declined} has the SHA-256 of the ID token as the detail {@code idTokenHash} and that of the key's text as
 *       {@code idTokenKeyHash}.
 *   <dt>{@link #ROUNDS}
 *   <dd>the certificate of each round's lineage, one JSON object a line by study and round: {@code study}, {@code round},
 *       {@code protocolVersion}, {@code protocol} (SHA-256), {@code serverVersion}, {@code strategy}, {@code startModel}
 *       (SHA-256), {@code state}, {@code openedAt}, {@code completedAt} where it is, {@code participants} (array, by site:
 *       {@code site}, {@code state}, and of an update that was taken {@code update} (SHA-256), {@code examples}, {@code
 *       weight} (its share in the aggregate, as the method says), {@code bytes}, {@code nodeVersion}, {@code dataset} (fingerprint) and the
 *       site's own record of it, {@code peerEvent} and {@code peerHash}), {@code aggregate} (SHA-256 of the mean of the
 *       updates, where there is one), {@code model} (SHA-256 of the round's global model, where it is the aggregate with its
 *       head recalibrated), {@code startImpressions} (SHA-256 of the synthesised images that the sites trained on, where
 *       there were any) and {@code impressions}, where the round was to make some: {@code made} and {@code released}
 *       (SHA-256, where they are there), {@code outcome} in a sentence, {@code verdicts} (how many sites have judged) and
 *       {@code vetoes} (how many single images they have vetoed in all). A {@code weight} is there exactly where the update is in the aggregate. Every update has a record
 *       {@code update.accepted} of that study, round and site with the same hash, the same {@code examples} and {@code
 *       dataset} as details and the same peer, every aggregate a record {@code round.aggregated} with its hash, every
 *       {@code model} a record {@code model.recalibrated} with its hash, every set that was released a record {@code
 *       impressions.released} with its hash, and every
 *       round that is {@code COMPLETED} or {@code FAILED} a record {@code round.completed} or {@code round.failed}; and the
 *       other way round.
 *   <dt>{@link #UPDATES}{@code <sha256>.bin}, {@link #MODELS}{@code <sha256>.bin}
 *   <dd>parameters in their binary form, where they were asked for: with all updates of a round there, its aggregate can be
 *       computed anew.
 * </dl>
 */
public final class BundleFormat {

    /** Name and version of this format. */
    public static final String FORMAT = "consilium audit bundle 1";

    /** The manifest. */
    public static final String MANIFEST = "manifest.json";

    /** Its signature. */
    public static final String MANIFEST_SIGNATURE = "manifest.sig";

    /** For the auditor. */
    public static final String README = "README.md";

    /** The records. */
    public static final String RECORDS = "records.jsonl";

    /** The proof that the records are in the log. */
    public static final String PROOF = "proof.txt";

    /** The checkpoints. */
    public static final String CHECKPOINTS = "checkpoints.jsonl";

    /** The public keys. */
    public static final String KEYS = "keys.jsonl";

    /** Folder of the protocols. */
    public static final String PROTOCOLS = "protocols/";

    /** The signatures of protocols. */
    public static final String SIGNATURES = "signatures.jsonl";

    /** The certificates of rounds. */
    public static final String ROUNDS = "rounds.jsonl";

    /** Folder of updates. */
    public static final String UPDATES = "updates/";

    /** Folder of models. */
    public static final String MODELS = "models/";

    private BundleFormat() {}
}
