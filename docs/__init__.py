"""The pages about fastlint as a whole; most of what they say is made of the rules' own pages."""
