package dev.rivulet.engine;

/** One message of a conversation. Roles are those of the chat template, usually system, user and assistant. */
public record ChatMessage(String role, String content) {}
