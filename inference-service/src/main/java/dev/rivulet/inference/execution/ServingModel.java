// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.engine.Adapters;
import dev.rivulet.engine.ChatTemplate;
import dev.rivulet.engine.ModelFacts;
import dev.rivulet.engine.Tokenizer;
import dev.rivulet.engine.Vision;
import dev.rivulet.inference.grammar.Grammars;
import dev.rivulet.inference.models.ModelVersion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A model version that answers now. Thread-safe. */
public final class ServingModel {

    /** What a decoder can be asked for, by the names of the replica's status. */
    public static final List<String> CAPABILITIES = List.of("CHAT", "COMPLETION");

    private static final List<String> SEEING = List.of("CHAT", "COMPLETION", "VISION");

    private final DecodeLoop loop;
    private final ModelVersion version;
    private final int adapter;
    private final Instant since;
    private final Grammars grammars;

    ServingModel(DecodeLoop loop, Instant since) {
        this(loop, loop.version(), Adapters.NONE, since);
    }

    /** @param adapter of the loop's model */
    ServingModel(DecodeLoop loop, ModelVersion version, int adapter, Instant since) {
        this.loop = loop;
        this.version = version;
        this.adapter = adapter;
        this.since = since;
        ModelFacts facts = loop.model().facts();
        this.grammars = new Grammars(loop.model().tokenizer(), facts.vocabularySize(), facts.endTokens());
    }

    public ModelVersion version() {
        return version;
    }

    /** Whether it is an adapter of another one, with whose slots and memory it works. */
    public boolean adapted() {
        return adapter != Adapters.NONE;
    }

    int adapter() {
        return adapter;
    }

    /** When it was ready. */
    public Instant since() {
        return since;
    }

    public ModelFacts facts() {
        return loop.model().facts();
    }

    public Tokenizer tokenizer() {
        return loop.model().tokenizer();
    }

    /** What the model sees with; empty for one of text alone. */
    public Optional<Vision> vision() {
        return loop.model().vision();
    }

    /** What it can be asked for, by the names of the replica's status. */
    public List<String> capabilities() {
        return vision().isPresent() ? SEEING : CAPABILITIES;
    }

    public ChatTemplate chatTemplate() {
        return loop.model().chatTemplate();
    }

    /** What answers of this model may be held to. */
    public Grammars grammars() {
        return grammars;
    }

    /** How loaded it is. */
    public LoopLoad load() {
        return new LoopLoad(loop.occupancy(), loop.tokensGenerated());
    }

    /** Sequences that may run at once. */
    public int slots() {
        return loop.occupancy().slots();
    }

    /**
     * Hands in a sequence; empty if this version takes no more: it was replaced, stops or is full.
     *
     * @param whenEnded hears on the loop thread how it ended, whoever reads; must be quick
     */
    public Optional<Generation> submit(GenerationRequest request, Consumer<Ending> whenEnded) {
        return loop.submit(request, adapter, whenEnded);
    }

    DecodeLoop loop() {
        return loop;
    }
}
