package dev.rivulet.engine;

/** Text to token ids and back. Thread-safe. */
public interface Tokenizer {

    /** Encodes text in which special tokens have no meaning: {@code "<|im_start|>"} becomes ordinary tokens. */
    int[] encode(String text);

    /** Encodes a rendered prompt; special tokens are recognised in its trusted parts alone. */
    int[] encode(Prompt prompt);

    /** A new incremental decoder for one answer. */
    Detokenizer detokenizer();

    /** The whole text of some tokens; special tokens are left out. */
    default String decode(int[] tokens) {
        Detokenizer detokenizer = detokenizer();
        StringBuilder text = new StringBuilder();
        for (int token : tokens) {
            text.append(detokenizer.append(token));
        }
        return text.append(detokenizer.flush()).toString();
    }
}
