// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.encoding;

import dev.rivulet.engine.EncoderFacts;
import dev.rivulet.engine.Encoding;
import dev.rivulet.engine.TextEncoder;
import dev.rivulet.engine.Vision;
import dev.rivulet.inference.models.ModelVersion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** An encoder version that answers now. Thread-safe. */
public final class ServingEncoder {

    private final ModelVersion version;
    private final EncoderLoop loop;
    private final Instant since;

    ServingEncoder(ModelVersion version, EncoderLoop loop, Instant since) {
        this.version = version;
        this.loop = loop;
        this.since = since;
    }

    public ModelVersion version() {
        return version;
    }

    /** When it was ready. */
    public Instant since() {
        return since;
    }

    public EncoderFacts facts() {
        return loop.model().facts();
    }

    public TextEncoder tokenizer() {
        return loop.model().tokenizer();
    }

    /** What it sees with; empty for a model of texts alone. */
    public Optional<Vision> vision() {
        return loop.model().vision();
    }

    /** What it can do. */
    public EncoderCapability capability() {
        return EncoderCapability.of(facts().output());
    }

    /** Texts that wait. */
    public int waiting() {
        return loop.size();
    }

    /** Tokens that wait. */
    public long waitingTokens() {
        return loop.tokens();
    }

    /**
     * Hands in the rows of a request, all or none; empty if the queue has no room for them.
     *
     * @param deadline by {@link System#nanoTime()}
     */
    public Optional<EncoderJob> submit(List<Encoding> rows, OptionalLong deadline) {
        return loop.submit(rows, deadline);
    }

    EncoderLoop loop() {
        return loop;
    }
}
