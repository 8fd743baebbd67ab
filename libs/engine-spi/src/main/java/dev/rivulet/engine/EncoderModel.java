package dev.rivulet.engine;

/** A loaded encoder with its tokenizer. Closing it frees both. */
public interface EncoderModel extends AutoCloseable {

    EncoderFacts facts();

    TextEncoder tokenizer();

    EncoderRunner runner();

    @Override
    void close();
}
