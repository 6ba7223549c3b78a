package dev.outlive.bench.survival;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What was seen in one scenario: facts by name, as text, numbers and truth values. Travels as one
 * line of JSON, from scenarios in Java and in Python alike. Immutable.
 */
final class Observations {
  /** Whether there is something to judge: a scenario that could not do its injury says why. */
  static final String ERROR = "error";

  /** Whether the scenario asks to be killed, as the parent of its workers. */
  static final String KILL_ME = "killMe";

  private final JsonObject facts;

  private Observations(JsonObject facts) {
    this.facts = facts;
  }

  /** Nothing was seen. */
  static Observations none() {
    return new Observations(new JsonObject());
  }

  /** The scenario failed before there was something to see. */
  static Observations error(String why) {
    return none().with(ERROR, why);
  }

  Observations with(String name, String value) {
    return with(name, new JsonPrimitive(value));
  }

  Observations with(String name, Number value) {
    return with(name, new JsonPrimitive(value));
  }

  Observations with(String name, boolean value) {
    return with(name, new JsonPrimitive(value));
  }

  private Observations with(String name, JsonPrimitive value) {
    JsonObject all = facts.deepCopy();
    all.add(name, value);
    return new Observations(all);
  }

  /** Both; of a name that both have, the other's value. */
  Observations with(Observations others) {
    JsonObject all = facts.deepCopy();
    others.facts.asMap().forEach(all::add);
    return new Observations(all);
  }

  Optional<String> text(String name) {
    return fact(name).filter(JsonPrimitive::isString).map(JsonPrimitive::getAsString);
  }

  OptionalDouble number(String name) {
    Optional<JsonPrimitive> number = fact(name).filter(JsonPrimitive::isNumber);
    return number.isPresent()
        ? OptionalDouble.of(number.get().getAsDouble())
        : OptionalDouble.empty();
  }

  boolean is(String name) {
    return fact(name).map(JsonPrimitive::getAsBoolean).orElse(false);
  }

  private Optional<JsonPrimitive> fact(String name) {
    return Optional.ofNullable(facts.get(name)).map(JsonElement::getAsJsonPrimitive);
  }

  /**
   * Reads what {@link #toJson} writes.
   *
   * @throws IllegalArgumentException if it is no object of such facts
   */
  static Observations parse(String json) {
    try {
      JsonElement read = JsonParser.parseString(json);
      boolean flat =
          read.isJsonObject()
              && read.getAsJsonObject().asMap().values().stream()
                  .allMatch(JsonElement::isJsonPrimitive);
      if (flat) {
        return new Observations(read.getAsJsonObject());
      }
    } catch (JsonParseException e) {
      throw new IllegalArgumentException("no JSON: " + json, e);
    }
    throw new IllegalArgumentException("no flat object of JSON: " + json);
  }

  /** Returns a copy of the facts. */
  JsonObject toJson() {
    return facts.deepCopy();
  }

  @Override
  public String toString() {
    return facts.toString();
  }
}
