// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.ChatMessage.Part;
import dev.rivulet.engine.ChatMessage.PicturePart;
import dev.rivulet.engine.ChatMessage.TextPart;
import dev.rivulet.engine.ChatTemplate.TemplateException;
import dev.rivulet.engine.PicturePlan;
import dev.rivulet.engine.Prompt;
import dev.rivulet.engine.SoftTokens;
import dev.rivulet.engine.Vision;
import dev.rivulet.inference.execution.MediaTokens;
import dev.rivulet.inference.execution.ServingModel;
import dev.rivulet.inference.pictures.PictureAsk;
import dev.rivulet.inference.pictures.Sight;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/** A conversation and what became of its pictures. Those that were not seen leave a note in their place. */
record SeenConversation(List<ChatMessage> asked, List<Sight> sights) {

    private static final String NOTE = "(a picture that can't be seen)";

    /**
     * A prompt.
     *
     * @param media rows that stand in for some of its tokens
     */
    record Tokens(int[] tokens, MediaTokens media) {

        static Tokens of(int[] tokens) {
            return new Tokens(tokens, MediaTokens.NONE);
        }
    }

    /** A model of text alone refuses pictures before anything is done for them. */
    static void requireSight(CompletionCommand command, ServingModel model) {
        if (!command.pictures().isEmpty() && model.vision().isEmpty()) {
            String path = command.pictures().getFirst().path();
            String part = path.substring(0, path.lastIndexOf('.', path.lastIndexOf('.') - 1));
            throw CommandBuilder.unsupported(
                    part + ".type",
                    "may only be 'text': model '" + command.model() + "' reads no pictures. GET /v1/models tells"
                            + " which can: those with the capability VISION");
        }
    }

    /** Pictures of which only the size is known, to count what they take. */
    static List<Sight> planned(CompletionCommand command, ServingModel model) {
        List<Sight> sights = new ArrayList<>();
        for (PictureAsk ask : command.pictures()) {
            Vision vision = model.vision().orElseThrow();
            PicturePlan plan =
                    vision.plan(ask.header().shownWidth(), ask.header().shownHeight());
            for (int frame = 0; frame < ask.frames(); frame++) {
                sights.add(new Sight.Seen(new byte[0], plan, new float[plan.rows() * vision.width()]));
            }
        }
        return sights;
    }

    /** The messages with notes in the place of pictures that were not seen. */
    List<ChatMessage> messages() {
        if (sights.stream().allMatch(Sight.Seen.class::isInstance)) {
            return asked;
        }
        Iterator<Sight> next = sights.iterator();
        List<ChatMessage> messages = new ArrayList<>();
        for (ChatMessage message : asked) {
            messages.add(message.parts().isEmpty() ? message : noted(message, next));
        }
        return messages;
    }

    private static ChatMessage noted(ChatMessage message, Iterator<Sight> next) {
        List<Part> parts = new ArrayList<>();
        for (Part part : message.parts()) {
            boolean unseen = part instanceof PicturePart && next.next() instanceof Sight.Unseen;
            parts.add(unseen ? new TextPart(NOTE) : part);
        }
        boolean any = parts.stream().anyMatch(PicturePart.class::isInstance);
        ChatMessage noted = new ChatMessage(message.role(), parts);
        return any ? noted : new ChatMessage(message.role(), noted.content());
    }

    /**
     * The tokens of a rendered prompt, with the rows of the pictures that were seen.
     *
     * @throws TemplateException if the template does not write a placeholder for each picture
     */
    Tokens tokens(Prompt prompt, ServingModel model) throws TemplateException {
        List<Sight.Seen> seen = sights.stream()
                .filter(Sight.Seen.class::isInstance)
                .map(Sight.Seen.class::cast)
                .toList();
        if (seen.isEmpty()) {
            return Tokens.of(model.tokenizer().encode(prompt));
        }
        Vision vision = model.vision().orElseThrow(() -> new TemplateException("it reads no pictures"));
        int[] tokens = model.tokenizer().encode(placed(prompt, vision, seen));
        int[] positions = IntStream.range(0, tokens.length)
                .filter(i -> tokens[i] == vision.token())
                .toArray();
        float[] rows = new float[positions.length * vision.width()];
        List<MediaTokens.Span> spans = new ArrayList<>();
        int row = 0;
        for (Sight.Seen picture : seen) {
            int count = picture.plan().rows();
            if (row + count > positions.length || picture.rows().length != count * vision.width()) {
                throw new IllegalStateException("a picture has other rows than its plan says");
            }
            System.arraycopy(picture.rows(), 0, rows, row * vision.width(), picture.rows().length);
            spans.add(new MediaTokens.Span(positions[row], positions[row + count - 1] + 1, picture.hash()));
            row += count;
        }
        if (row != positions.length) {
            throw new IllegalStateException("the prompt has a place for a picture too many");
        }
        return new Tokens(tokens, new MediaTokens(new SoftTokens(vision.width(), positions, rows), spans));
    }

    private static Prompt placed(Prompt prompt, Vision vision, List<Sight.Seen> seen) throws TemplateException {
        try {
            return prompt.placed(
                    vision.placeholder(),
                    seen.stream().map(picture -> picture.plan().text()).toList());
        } catch (IllegalArgumentException e) {
            throw new TemplateException(e.getMessage() + ", for " + seen.size() + " pictures");
        }
    }
}
