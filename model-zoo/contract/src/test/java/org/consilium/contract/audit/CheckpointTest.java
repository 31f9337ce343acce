package org.consilium.contract.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.consilium.contract.Es256KeyPair;
import org.consilium.contract.Sha256;
import org.junit.jupiter.api.Test;

class CheckpointTest {

    private static final Instant TIME = Instant.parse("2026-11-26T10:00:00Z");
    private static final Checkpoint CHECKPOINT =
            new Checkpoint("consortium.example/audit", 20_852_163, Sha256.of(new byte[] {1}), TIME);

    private final NoteSigner consortium = NoteSigner.generate("consortium.example/audit");
    private final NoteSigner site =
            NoteSigner.fromPem("site-1", Es256KeyPair.generate().toPem());

    @Test
    void the_text_is_as_it_was_written_down() {
        assertThat(CHECKPOINT.text())
                .isEqualTo("consortium.example/audit\n20852163\nS/USLzRFVMU73i67jNK349FgCtYxw4Wl18ziPHeFRZo=\n"
                        + "time 2026-11-26T10:00:00Z\n");
    }

    @Test
    void a_note_of_another_implementation_is_verified() {
        // The example of C2SP's signed-note: name, key and signature are those of its text.
        NoteKey key = NoteKey.fromText("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        NoteSignature signature = NoteSignature.fromLine(
                "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=");
        String text =
                "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        assertThat(signature.keyId()).isEqualTo(key.id());
        assertThat(key.isSigned(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), signature.signature()))
                .isTrue();
    }

    @Test
    void a_note_survives_being_written_and_read() {
        SignedCheckpoint signed =
                SignedCheckpoint.of(CHECKPOINT, consortium).with(site.countersign(CHECKPOINT, TIME.plusSeconds(5)));
        SignedCheckpoint read = SignedCheckpoint.fromNote(signed.note());
        assertThat(read).isEqualTo(signed);
        assertThat(read.isSignedBy(consortium.key())).isTrue();
        assertThat(read.checkpoint().witnessed(read.witnesses().get(0), site.key()))
                .contains(TIME.plusSeconds(5));
    }

    @Test
    void any_changed_character_of_a_note_is_seen() {
        String note = SignedCheckpoint.of(CHECKPOINT, consortium)
                .with(site.countersign(CHECKPOINT, TIME))
                .note();
        for (int i = 0; i < note.length(); i++) {
            char other = note.charAt(i) == 'A' ? 'B' : 'A';
            String changed = note.substring(0, i) + other + note.substring(i + 1);
            assertThat(isGenuine(changed)).as("character %d of%n%s", i, note).isFalse();
        }
        assertThat(isGenuine(note)).isTrue();
    }

    @Test
    void one_signature_cannot_pass_as_the_other_kind() {
        NoteSignature owner = consortium.sign(CHECKPOINT);
        NoteSignature witness = consortium.countersign(CHECKPOINT, TIME);
        assertThat(CHECKPOINT.isSigned(witness, consortium.key())).isFalse();
        assertThat(CHECKPOINT.witnessed(owner, consortium.key())).isEmpty();
    }

    @Test
    void a_signature_of_a_document_is_for_its_kind_only() {
        byte[] document = {1, 2, 3};
        NoteSignature signature = consortium.sign("a kind", document);
        assertThat(consortium.key().isSigned("a kind", document, signature)).isTrue();
        assertThat(consortium.key().isSigned("another kind", document, signature))
                .isFalse();
        assertThat(consortium.key().isSigned("a kind", new byte[] {1, 2}, signature))
                .isFalse();
        assertThat(site.key().isSigned("a kind", document, signature)).isFalse();
    }

    @Test
    void another_key_under_the_same_name_is_refused() {
        NoteSigner other = NoteSigner.generate(consortium.key().name());
        assertThat(CHECKPOINT.isSigned(other.sign(CHECKPOINT), consortium.key()))
                .isFalse();
        NoteSignature disguised = new NoteSignature(
                consortium.key().name(),
                consortium.key().id(),
                other.sign(CHECKPOINT).signature());
        assertThat(CHECKPOINT.isSigned(disguised, consortium.key())).isFalse();
    }

    @Test
    void keys_survive_being_written_and_read() {
        for (NoteSigner signer : new NoteSigner[] {consortium, site}) {
            assertThat(NoteKey.fromText(signer.key().text())).isEqualTo(signer.key());
            assertThat(NoteSigner.fromPem(signer.key().name(), signer.toPem()).key())
                    .isEqualTo(signer.key());
        }
        String text = site.key().text();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NoteKey.fromText("site-2" + text.substring(text.indexOf('+'))));
    }

    @Test
    void halves_that_do_not_belong_together_are_refused() {
        String mixed = consortium.toPem().split("(?=-----BEGIN PUBLIC)")[0]
                + NoteSigner.generate("other").toPem().split("(?=-----BEGIN PUBLIC)")[1];
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NoteSigner.fromPem("consortium", mixed))
                .withMessageContaining("do not belong together");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NoteSigner.fromPem("consortium", "nothing"))
                .withMessageContaining("no section");
    }

    private boolean isGenuine(String note) {
        try {
            SignedCheckpoint read = SignedCheckpoint.fromNote(note);
            return read.isSignedBy(consortium.key())
                    && read.witnesses().size() == 1
                    && read.checkpoint()
                            .witnessed(read.witnesses().get(0), site.key())
                            .isPresent();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
