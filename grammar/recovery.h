// What happens at a syntax error: it is reported once, the line is given up, and parsing goes on at the next one.
#pragma once
#include <InfraParser.h>

#include <functional>

namespace infra::antlr {

// Every error unwinds to the rule `line`, so whatever a line without an exception holds is complete.
class Recovery : public antlr4::DefaultErrorStrategy {
 public:
  // Reports the error and says at which token it is: parsing goes on in the line after that one.
  using Report = std::function<std::size_t(antlr4::Parser&, const antlr4::RecognitionException&)>;
  explicit Recovery(Report report) : report_(std::move(report)) {}

  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override;
  void recover(antlr4::Parser* parser, std::exception_ptr error) override;
  antlr4::Token* recoverInline(antlr4::Parser* parser) override;
  void sync(antlr4::Parser* parser) override;

 private:
  static void skip_line(antlr4::TokenStream& input, std::size_t start, std::size_t stop);

  Report report_;
  std::size_t stop_ = 0;
  bool reported_ = false;
};

}  // namespace infra::antlr
