package dev.rivulet.engine;

/** A loaded decoder with its tokenizer and chat template. Closing it frees the weights and the KV cache. */
public interface LanguageModel extends AutoCloseable {

    ModelFacts facts();

    /** Thread-safe. */
    Tokenizer tokenizer();

    /** Thread-safe. */
    ChatTemplate chatTemplate();

    /** For one thread at a time. */
    DecoderRunner decoder();

    @Override
    void close();
}
