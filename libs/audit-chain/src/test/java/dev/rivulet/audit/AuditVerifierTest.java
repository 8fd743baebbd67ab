// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import static dev.rivulet.audit.WrittenLog.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.rivulet.audit.Verification.Broken;
import dev.rivulet.audit.Verification.Check;
import dev.rivulet.audit.Verification.Intact;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every edit of a small log is found, and an untouched one is not blamed. */
class AuditVerifierTest {

    private final WrittenLog log = WrittenLog.full();

    private static void broken(Verification verification, long line, Check check) {
        assertThat(verification)
                .asInstanceOf(type(Broken.class))
                .satisfies(found -> assertThat(found.check()).as(found.what()).isEqualTo(check))
                .satisfies(found -> assertThat(found.line()).as(found.what()).isEqualTo(line));
    }

    @Test
    void anUntouchedLogOfEveryKindIsIntact() {
        PrivacySpend spent = PrivacySpend.upTo(PrivacySpend.upTo(null, 0.41, 1e-5), 0.58, 1e-5);
        assertThat(verify(log.bytes(), log.first, log.checkpoint()))
                .asInstanceOf(type(Intact.class))
                .satisfies(intact -> {
                    assertThat(intact.federation()).isEqualTo("wards of St. \"Anna\" \\ Süd");
                    assertThat(intact.entries()).isEqualTo(10);
                    assertThat(intact.rounds()).isEqualTo(1);
                    assertThat(intact.version()).isEqualTo("1.0.1");
                    assertThat(intact.privacy()).isEqualTo(spent);
                    assertThat(intact.key()).isEqualTo(AuditKey.of(log.pair.getPublic()));
                    assertThat(intact.isKeyKnown()).isTrue();
                    assertThat(intact.checkpoint()).isEqualTo(10);
                    assertThat(intact.to()).isEqualTo(intact.from().plus(Duration.ofSeconds(180)));
                });
    }

    @Test
    void aFlipOfAnyByteIsFound() {
        WrittenLog small = new WrittenLog().created().opened(1).closed(1, PrivacySpend.upTo(null, 0.41, 1e-5));
        byte[] bytes = small.bytes();
        for (int i = 0; i < bytes.length; i++) {
            byte[] flipped = bytes.clone();
            flipped[i] ^= (byte) (1 << i % 8);
            assertThat(verify(flipped, null, null)).as("byte %d", i).isInstanceOf(Broken.class);
        }
    }

    @Test
    void aFlipOfAnyByteOfACheckpointIsFound() {
        String line = log.checkpoint().line();
        for (int i = 0; i < line.length(); i++) {
            StringBuilder flipped = new StringBuilder(line);
            flipped.setCharAt(i, (char) (line.charAt(i) ^ 1 << i % 7));
            assertThat(isRefused(flipped.toString())).as("character %d", i).isTrue();
        }
    }

    private boolean isRefused(String checkpoint) {
        try {
            return verify(log.bytes(), log.first, Checkpoint.parse(checkpoint)) instanceof Broken;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    @Test
    void aLineThatIsTakenOutIsFoundWhereItStood() {
        for (int i = 0; i < log.lines().size() - 1; i++) {
            List<String> lines = new ArrayList<>(log.lines());
            lines.remove(i);
            Verification found = verify(WrittenLog.bytes(lines), log.first, null);
            // After a rotation is taken out the next line is by a key that was never named.
            broken(found, i + 1, i == 5 ? Check.SIGNATURE : Check.SEQUENCE);
        }
    }

    @Test
    void linesThatAreDoubledOrSwappedAreFound() {
        for (int i = 0; i < log.lines().size(); i++) {
            List<String> doubled = new ArrayList<>(log.lines());
            doubled.add(i, doubled.get(i));
            assertThat(verify(WrittenLog.bytes(doubled), null, null))
                    .asInstanceOf(type(Broken.class))
                    .satisfies(found -> assertThat(found.check()).isIn(Check.SEQUENCE, Check.SIGNATURE));
            List<String> swapped = new ArrayList<>(log.lines());
            Collections.swap(swapped, i, (i + 1) % swapped.size());
            assertThat(verify(WrittenLog.bytes(swapped), null, null)).isInstanceOf(Broken.class);
        }
    }

    @Test
    void aCutAtAnyLengthIsFound() {
        Checkpoint checkpoint = log.checkpoint();
        WrittenLog small = new WrittenLog().created().opened(1);
        Checkpoint whole = small.checkpoint();
        byte[] bytes = small.bytes();
        int line = WrittenLog.bytes(small.lines().subList(0, 1)).length;
        for (int length = 0; length < bytes.length; length++) {
            Verification found = verify(Arrays.copyOf(bytes, length), null, whole);
            broken(found, length < line ? 1 : 2, length == line ? Check.CHECKPOINT : Check.FORM);
        }
        for (int lines = 1; lines < log.lines().size(); lines++) {
            byte[] cut = WrittenLog.bytes(log.lines().subList(0, lines));
            broken(verify(cut, log.first, checkpoint), lines + 1, Check.CHECKPOINT);
            assertThat(verify(cut, log.first, null))
                    .as("without a checkpoint a cut between lines leaves no trace")
                    .isInstanceOf(Intact.class);
        }
    }

    @Test
    void aLogThatWasMadeAnewIsFoundByItsKeyOrByACheckpoint() {
        WrittenLog forged = WrittenLog.full();
        assertThat(verify(forged.bytes(), null, null)).isInstanceOf(Intact.class);
        broken(verify(forged.bytes(), log.first, null), 1, Check.KEY);
        broken(verify(forged.bytes(), null, log.checkpoint()), 10, Check.CHECKPOINT);
    }

    @Test
    void anEndThatWasWrittenAnewByTheKeyItselfIsFoundByACheckpoint() {
        Checkpoint checkpoint =
                log.add(new AuditEvent.OptOutRecorded(WrittenLog.device(1))).checkpoint();
        MemoryAuditStore store = log.store;
        WrittenLog other = new WrittenLog();
        other.pair = log.pair;
        log.lines()
                .subList(0, 10)
                .forEach(line -> other.store.append(other.store.tail().length(), line));
        other.now.set(log.now.get());
        other.add(new AuditEvent.OptOutRecorded(WrittenLog.device(3)));

        assertThat(store.tail().length()).isEqualTo(11);
        assertThat(verify(other.bytes(), log.first, null)).isInstanceOf(Intact.class);
        broken(verify(other.bytes(), log.first, checkpoint), 11, Check.CHECKPOINT);
    }

    @Test
    void timeThatGoesBackIsFoundAndNotWritten() throws IOException {
        WrittenLog written = new WrittenLog().created();
        written.now.set(WrittenLog.BEGIN.minusSeconds(60));
        written.opened(1);
        assertThat(AuditEntry.parse(written.lines().getLast()).time()).isEqualTo(WrittenLog.BEGIN);

        AuditEntry late = new AuditEntry(
                2,
                WrittenLog.BEGIN.minusMillis(1),
                new AuditEvent.RoundFailed(1, "late", null),
                AuditEntry.digest(written.lines().getLast()));
        written.store.append(2, written.log().signed(late));
        broken(verify(written.bytes(), null, null), 3, Check.TIME);
    }

    @Test
    void anEntryThatFollowsAnotherLineIsFound() throws IOException {
        WrittenLog written = new WrittenLog().created();
        AuditEvent event = new AuditEvent.RoundOpened(1, "1.0.0", 5);
        written.store.append(
                1, written.log().signed(new AuditEntry(1, written.now.get(), event, WrittenLog.digest("another"))));
        broken(verify(written.bytes(), null, null), 2, Check.CHAIN);
    }

    @Test
    void budgetsThatDoNotAddUpOrGoDownAreFound() {
        PrivacySpend one = PrivacySpend.upTo(null, 0.4, 1e-5);
        broken(verify(second(one, PrivacySpend.upTo(null, 0.1, 1e-5)), null, null), 5, Check.PRIVACY);
        BigDecimal more = new BigDecimal("0.2");
        PrivacySpend wrong = new PrivacySpend(more, new BigDecimal("0.7"), BigDecimal.ZERO, one.deltaTotal());
        broken(verify(second(one, wrong), null, null), 5, Check.PRIVACY);
        broken(verify(second(one, null), null, null), 5, Check.PRIVACY);
        assertThat(verify(second(one, PrivacySpend.upTo(one, 0.6, 1e-5)), null, null))
                .isInstanceOf(Intact.class);
    }

    private static byte[] second(PrivacySpend first, @org.jspecify.annotations.Nullable PrivacySpend next) {
        return new WrittenLog()
                .created()
                .opened(1)
                .closed(1, first)
                .opened(2)
                .closed(2, next)
                .bytes();
    }

    @Test
    void aCourseThatCantBeIsFound() {
        broken(verify(new WrittenLog().created().closed(1, null).bytes(), null, null), 2, Check.COURSE);
        broken(verify(new WrittenLog().created().opened(2).opened(1).bytes(), null, null), 3, Check.COURSE);
        broken(verify(new WrittenLog().created().created().bytes(), null, null), 2, Check.COURSE);
        broken(verify(new WrittenLog().opened(1).bytes(), null, null), 1, Check.COURSE);
        AuditEvent few = new AuditEvent.RoundOpened(1, "1.0.0", 2);
        broken(verify(new WrittenLog().created().add(few).closed(1, null).bytes(), null, null), 3, Check.COURSE);
        AuditEvent other = new AuditEvent.VersionPublished("1.0.1", WrittenLog.digest("another model"));
        broken(
                verify(
                        new WrittenLog()
                                .created()
                                .opened(1)
                                .closed(1, null)
                                .add(other)
                                .bytes(),
                        null,
                        null),
                4,
                Check.COURSE);
    }

    @Test
    void whatIsTooLongIsRefusedWithoutReadingIt() throws IOException {
        byte[] endless = new byte[3 * AuditVerifier.LONGEST_LINE];
        Arrays.fill(endless, (byte) '{');
        broken(verify(endless, null, null), 1, Check.LIMIT);
        broken(new AuditVerifier(9).verify(new ByteArrayInputStream(log.bytes()), null, null), 10, Check.LIMIT);
    }
}
