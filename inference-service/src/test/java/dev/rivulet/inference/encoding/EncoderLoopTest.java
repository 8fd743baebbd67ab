// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.encoding;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rivulet.engine.EncoderFacts;
import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.EncoderRunner;
import dev.rivulet.engine.Encoding;
import dev.rivulet.engine.TextEncoder;
import dev.rivulet.inference.batching.BatchLimits;
import dev.rivulet.inference.encoding.EncoderFailure.Reason;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EncoderLoopTest {

    private static final int POISON = 13;
    private static final int DAMAGED = 14;

    private final GatedModel model = new GatedModel();
    private final EncoderLoop loop =
            new EncoderLoop("test", model, new BatchLimits(1_000_000, 64, 8), 6, System::nanoTime, rows -> {});

    /** A runner that computes a batch for each permit; the value of a row is its first token. */
    private static final class GatedModel implements EncoderModel, EncoderRunner {
        private final Semaphore permits = new Semaphore(0);
        private final List<Integer> batches = new CopyOnWriteArrayList<>();
        private volatile boolean closed;

        @Override
        public EncoderFacts facts() {
            return new EncoderFacts(
                    "BertModel", EncoderFacts.Output.EMBEDDING, 1, contextLength(), List.of(), false, 1, 1);
        }

        @Override
        public TextEncoder tokenizer() {
            throw new UnsupportedOperationException();
        }

        @Override
        public EncoderRunner runner() {
            return this;
        }

        @Override
        public int contextLength() {
            return 16;
        }

        @Override
        public int batchTokens() {
            return 64;
        }

        @Override
        public List<float[]> run(List<Encoding> rows) {
            batches.add(rows.size());
            permits.acquireUninterruptibly();
            if (rows.stream().anyMatch(row -> row.ids()[0] == POISON)) {
                throw new IllegalStateException("poison");
            }
            return rows.stream()
                    .map(row -> new float[] {row.ids()[0] == DAMAGED ? Float.NaN : row.ids()[0]})
                    .toList();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static Encoding row(int token) {
        int[] one = {token};
        int[] none = {};
        return new Encoding(one, one, one, none, none, none);
    }

    private EncoderJob submit(int... tokens) {
        List<Encoding> rows =
                java.util.Arrays.stream(tokens).mapToObj(EncoderLoopTest::row).toList();
        return loop.submit(rows, OptionalLong.empty()).orElseThrow();
    }

    @AfterEach
    void end() throws InterruptedException {
        model.permits.release(100);
        loop.close();
        assertThat(loop.awaitEnd(Duration.ofSeconds(10))).isTrue();
        assertThat(model.closed).isTrue();
    }

    private void holdTheLoop() {
        EncoderJob first = submit(1);
        loop.start();
        await().until(() -> model.batches.size() == 1);
        assertThat(first.ended()).isFalse();
    }

    @Test
    void requestsThatArriveTogetherShareABatchAndGetTheirOwnValues() throws Exception {
        EncoderJob one = submit(3, 4);
        EncoderJob other = submit(5);
        model.permits.release();
        loop.start();

        assertThat(one.values().get(60, SECONDS)).extracting(value -> value[0]).containsExactly(3f, 4f);
        assertThat(other.values().get(60, SECONDS).getFirst()[0]).isEqualTo(5f);
        assertThat(model.batches).containsExactly(3);
    }

    @Test
    void aFailingBatchFailsItsRequestsOnly() throws Exception {
        holdTheLoop();
        EncoderJob bad = submit(POISON);
        model.permits.release(1);
        await().until(() -> model.batches.size() == 2);
        EncoderJob good = submit(7);
        model.permits.release(2);

        assertThatThrownBy(() -> bad.values().get(60, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(EncoderFailure.class);
        assertThat(good.values().get(60, SECONDS).getFirst()[0]).isEqualTo(7f);
    }

    @Test
    void aRowThatIsNoNumbersFailsItsRequestAloneNotTheBatch() throws Exception {
        EncoderJob bad = submit(3, DAMAGED);
        EncoderJob good = submit(7);
        model.permits.release();
        loop.start();

        assertThatThrownBy(() -> bad.values().get(60, SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        EncoderFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.NO_NUMBERS));
        assertThat(good.values().get(60, SECONDS).getFirst()[0]).isEqualTo(7f);
        assertThat(model.batches).containsExactly(3);
    }

    @Test
    void aFullQueueTakesAllRowsOfARequestOrNone() {
        holdTheLoop();
        submit(1, 2, 3, 4);

        assertThat(loop.submit(List.of(row(5), row(6), row(7)), OptionalLong.empty()))
                .isEmpty();
        assertThat(loop.submit(List.of(row(5), row(6)), OptionalLong.empty())).isPresent();
        assertThat(loop.size()).isEqualTo(6);
    }

    @Test
    void aCancelledRequestLeavesTheQueueAtOnce() throws Exception {
        holdTheLoop();
        EncoderJob leaves = submit(1, 2, 3);
        EncoderJob stays = submit(4);

        leaves.cancel();

        assertThat(loop.size()).isEqualTo(1);
        assertThat(loop.tokens()).isEqualTo(1);
        model.permits.release(2);
        stays.values().get(60, SECONDS);
        assertThat(model.batches).containsExactly(1, 1);
    }

    @Test
    void aRequestWhoseDeadlinePassesInTheQueueEndsWithoutARun() {
        EncoderJob late = loop.submit(List.of(row(1)), OptionalLong.of(System.nanoTime() - 1))
                .orElseThrow();
        loop.start();

        assertThatThrownBy(() -> late.values().get(60, SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        EncoderFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.EXPIRED));
        assertThat(model.batches).isEmpty();
    }

    @Test
    void aClosedLoopFinishesWhatWaitsAndTakesNoMore() throws Exception {
        EncoderJob waits = submit(9);
        loop.close();
        assertThat(loop.submit(List.of(row(1)), OptionalLong.empty())).isEmpty();
        model.permits.release();
        loop.start();

        assertThat(waits.values().get(60, SECONDS).getFirst()[0]).isEqualTo(9f);
    }
}
